package function

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/kms"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/rest"
)

// NewAPI returns an API with the operations of HTTP functions. It opens nothing: the docs and the CDK app make one with an empty Env.
func NewAPI(env *Env, declarations ...Declaration) *rest.API {
	api := rest.New(rest.Config{
		Authenticator: func() rest.Authenticator { return env.Authenticator() },
		Clock:         env.Clock, Wall: env.Wall, Log: env.Log, Origins: origins(env),
	})
	for _, d := range declarations {
		if d.HTTP != nil {
			d.HTTP(api, env)
		}
	}
	return api
}

// Lazily gives the handler of an operation whose service is opened by the first call: registering opens nothing.
func Lazily[S, I, O any](env *Env, open func(*Env) S, handle func(S, context.Context, *I) (*O, error)) func(context.Context, *I) (*O, error) {
	return func(ctx context.Context, in *I) (*O, error) { return handle(open(env), ctx, in) }
}

func origins(env *Env) []string {
	if env.Setting == nil || env.Setting(SettingOrigins) == "" {
		return nil
	}
	return strings.Split(env.Setting(SettingOrigins), ",")
}

func openKMS(e *Env) auth.Sealer {
	return &auth.KMSSealer{Client: kms.NewFromConfig(e.AWS("kms")), KeyID: e.Setting(SettingKey), Wall: e.Wall}
}
