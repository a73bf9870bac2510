// Package address gives the addresses at which files in the bucket of exports are downloaded. It signs them itself: a function that only hands out
// addresses would carry 0.9 MB of S3's client for that.
package address

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/smithy-go/encoding/httpbinding"

	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/export"
	"partnercenter/pkg/foundation/function"
)

// Bucket is the bucket of exports: grants on it hold for its objects.
var Bucket = function.Resource{Kind: function.KindStore, Name: "exports"}

// Read lets a function give addresses of files: they are good for who may read.
var Read = function.Grant{On: Bucket, Do: []string{"s3:GetObject"}}

// Port opens the addresses of an environment.
var Port = function.Port[export.Addresses]{Name: "export addresses", Open: func(env *function.Env) export.Addresses { return Open(env) }}

// Signer signs addresses of one bucket.
type Signer struct {
	cfg    aws.Config
	wall   clock.Clock
	bucket string
}

// Open returns the signer of an environment.
func Open(env *function.Env) *Signer {
	return &Signer{cfg: env.AWS("s3"), wall: env.Wall, bucket: env.Setting(function.SettingExports)}
}

// unsigned stands for the hash of a body that is not known when an address is signed.
const unsigned = "UNSIGNED-PAYLOAD"

// URL gives an address at which anybody can download a file under a name, for so long, in whole seconds, wall clock. It is what S3's client gives.
func (s *Signer) URL(ctx context.Context, key, name string, life time.Duration) (string, error) {
	credentials, err := s.cfg.Credentials.Retrieve(ctx)
	if err != nil {
		return "", err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.at(key), http.NoBody)
	if err != nil {
		return "", err
	}
	request.URL.RawQuery = url.Values{
		"X-Amz-Expires": {strconv.Itoa(int(life / time.Second))}, "response-content-disposition": {`attachment; filename="` + name + `"`},
		"x-id": {"GetObject"},
	}.Encode()
	signed, _, err := v4.NewSigner().PresignHTTP(ctx, credentials, request, unsigned, "s3", s.cfg.Region, s.wall.Now(), func(o *v4.SignerOptions) {
		o.DisableURIPathEscaping = true // S3 signs paths as they are sent
	})
	return signed, err
}

// at gives where a file is. Where S3 has another endpoint, buckets are part of the path rather than of the host's name.
func (s *Signer) at(key string) string {
	path := httpbinding.EscapePath("/"+key, false)
	if s.cfg.BaseEndpoint != nil {
		return strings.TrimSuffix(*s.cfg.BaseEndpoint, "/") + "/" + s.bucket + path
	}
	host := ".amazonaws.com"
	if strings.HasPrefix(s.cfg.Region, "cn-") {
		host = ".amazonaws.com.cn"
	}
	return "https://" + s.bucket + ".s3." + s.cfg.Region + host + path
}
