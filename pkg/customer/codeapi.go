package customer

import (
	"context"

	"partnercenter/pkg/foundation/code"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
)

// What codes are for, by BSS's scenes.
const (
	sceneBankCard = 18
	sceneRegister = 29
)

var purposes = map[int]string{sceneBankCard: "bank-card", sceneRegister: "register"}

// How codes are sent, by BSS's receiver types: by SMS, and on the international site by mail.
const (
	receiverSMS  = 1
	receiverMail = 2
)

type codeInput struct {
	rest.Lenient
	Body struct {
		ReceiverType int    `json:"receiver_type" enum:"1,2" doc:"1 SMS, 2 mail"`
		Timeout      int    `json:"timeout,omitempty" minimum:"0" doc:"Minutes; 10 when absent, 5 when above 60"`
		MobilePhone  string `json:"mobile_phone,omitempty" maxLength:"20"`
		Email        string `json:"email,omitempty" maxLength:"254"`
		Lang         string `json:"lang,omitempty" enum:"zh-cn,en-us,zh-CN,en-US"`
		Scene        int    `json:"scene,omitempty" enum:"18,29" doc:"29 registration, 18 real-name by bank card; 29 when absent"`
		CustomerID   string `json:"customer_id,omitempty" maxLength:"64" doc:"Of scene 18"`
	}
}

// sendCode sends a verification code.
func (s *Service) sendCode(ctx context.Context, in *codeInput) (*struct{}, error) {
	b := in.Body
	to := notify.Address{Locale: notify.LocaleOf(b.Lang)}
	switch b.ReceiverType {
	case receiverMail:
		if !mailAddress().MatchString(b.Email) {
			return nil, problem.Invalid("email", "%q is no mail address", b.Email)
		}
		to.Email = b.Email
	case receiverSMS:
		if err := checkMobile("mobile_phone", b.MobilePhone); err != nil {
			return nil, err
		}
		to.Mobile = b.MobilePhone
	}
	scene := b.Scene
	if scene == 0 {
		scene = sceneRegister
	}
	if scene == sceneBankCard {
		partner, err := s.acting(ctx, "")
		if err != nil {
			return nil, err
		}
		if _, err := s.mine(ctx, partner, b.CustomerID); err != nil {
			return nil, err
		}
	}
	return nil, s.Codes().Send(ctx, code.Request{Purpose: purposes[scene], To: to, Life: code.LifeOf(b.Timeout)})
}
