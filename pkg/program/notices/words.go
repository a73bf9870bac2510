package notices

import (
	"fmt"

	"partnercenter/pkg/foundation/notify"
)

// words are what the section says in one language.
type words struct {
	locale                        notify.Locale
	subject, dear, title          string
	columns                       []string
	invitation, term, declaration string
	accept, renew, declare        string
	days, over                    string
	missing, first                string // of a declaration that there never was
}

// left says how many days are left.
func (w words) left(days int) string {
	if days == 0 {
		return w.over
	}
	return fmt.Sprintf(w.days, days)
}

func wordsOf(l notify.Locale) words {
	if l == notify.English {
		return words{
			locale: notify.English, subject: "Plans and declarations to be renewed", dear: "Dear %s,", title: "Plans and declarations",
			columns:    []string{"What", "Ends (Beijing)", "What to do"},
			invitation: "Invitation: ", term: "Membership: ", declaration: "Declaration of relations",
			accept: "Accept it under Plans", renew: "Renew it under Plans", declare: "Declare anew under Plans > Commitments & agreements",
			days: " (in %d days)", over: " (ended)",
			missing: "Missing: it was never made", first: "Declare under Plans > Commitments & agreements, also that there are none",
		}
	}
	return words{
		locale: notify.Chinese, subject: "计划与关系申报待续", dear: "尊敬的%s：", title: "计划与关系申报",
		columns:    []string{"事项", "截止时间（北京时间）", "处理建议"},
		invitation: "邀请：", term: "计划成员资格：", declaration: "关系申报",
		accept: "请在“计划”中接受邀请", renew: "请在“计划”中续签", declare: "请在“计划 > 合作承诺与协议”中重新申报",
		days: "（剩余%d天）", over: "（已到期）",
		missing: "缺失：尚未申报", first: "请在“计划 > 合作承诺与协议”中申报，无相关关系也需申报",
	}
}
