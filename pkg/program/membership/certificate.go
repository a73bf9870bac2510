package membership

import (
	"context"
	"net/http"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/document"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/party"
)

// RegisterDocuments registers the operation that prints a joining certificate. It belongs to the function that renders documents, which hands in how.
func RegisterDocuments(api *rest.API, env *function.Env, render document.Renderer) {
	rest.Register(api, rest.Operation{
		ID: "DownloadJoiningCertificate", Method: http.MethodGet, Path: membershipsPath + "/{plan}/certificate",
		Summary: "Give the certificate that the caller has joined a plan, as PDF", Allow: auth.Partners(auth.PlanRead),
		Produces: []string{"application/pdf"},
	}, func(ctx context.Context, in *certificateInput) (*rest.File, error) {
		return New(env).certificate(ctx, in, render)
	})
}

type certificateInput struct {
	PlanPath
	Locale string `query:"locale" enum:"zh-CN,en-US" doc:"The party's own when absent"`
}

// certificate prints the certificate of a member. Errors: ErrPlan; ErrNone for who is no member now.
func (s *Service) certificate(ctx context.Context, in *certificateInput, render document.Renderer) (*rest.File, error) {
	plan, err := planOf(in.Plan)
	if err != nil {
		return nil, err
	}
	caller := rest.Caller(ctx).Party
	m, err := Load(ctx, s.Table, caller, plan.Code)
	if err != nil {
		return nil, err
	}
	if m.StateAt(s.Clock.Now()) != Joined {
		return nil, ErrNone.Saying("you are no member of the plan %q now; a member has a certificate", plan.Code).In("plan")
	}
	p, err := party.Get(ctx, s.Table, caller)
	if err != nil {
		return nil, err
	}
	l := notify.Locale(in.Locale)
	if l == "" {
		l = notify.LocaleOf(p.Locale)
	}
	body, err := render(m.certificate(plan, p, certificateWords(l)))
	if err != nil {
		return nil, err
	}
	return rest.NewFile("application/pdf", certificateWords(l).title+"-"+m.Certificate+".pdf", "certificate-"+m.Certificate+".pdf", body), nil
}

// certificate describes a certificate for print. All dates are Beijing's.
func (m Membership) certificate(plan Plan, p party.Party, w certificateText) document.Document {
	facts := document.Facts{
		{Name: w.member, Value: p.Name},
		{Name: w.id, Value: string(p.ID)},
		{Name: w.plan, Value: plan.Names[w.locale]},
		{Name: w.number, Value: m.Certificate},
		{Name: w.joined, Value: calendar.DateOf(m.Joined).String()},
	}
	if !m.Until.IsZero() {
		facts = append(facts, document.Fact{Name: w.until, Value: calendar.DateOf(m.Until.Add(-1)).String()})
	}
	d := document.Document{
		Title: w.title, Subtitle: plan.Names[w.locale], PageOf: w.pageOf, Made: m.Joined, Blocks: []document.Block{document.Paragraph(w.says), facts},
	}
	for _, part := range []struct {
		title string
		of    []Clause
	}{{w.benefits, plan.Benefits}, {w.duties, plan.Duties}} {
		d.Blocks = append(d.Blocks, document.Heading(part.title))
		for _, c := range part.of {
			d.Blocks = append(d.Blocks, document.Paragraph("· "+c.Texts[w.locale]))
		}
	}
	return d
}

// certificateText is what a certificate says in one language.
type certificateText struct {
	locale                                                                         notify.Locale
	title, pageOf, says, member, id, plan, number, joined, until, benefits, duties string
}

func certificateWords(l notify.Locale) certificateText {
	if l == notify.English {
		return certificateText{
			locale: notify.English, title: "Certificate of joining", pageOf: "Page {page} of {pages}",
			says: "This is to certify that the company below has joined the plan.", member: "Company", id: "Account", plan: "Plan",
			number: "Certificate no.", joined: "Joined on", until: "Valid until", benefits: "Benefits", duties: "Duties",
		}
	}
	return certificateText{
		locale: notify.Chinese, title: "加入证书", pageOf: "第 {page} 页，共 {pages} 页", says: "兹证明以下企业已加入本计划。", member: "企业名称", id: "账号",
		plan: "计划", number: "证书编号", joined: "加入日期", until: "有效期至", benefits: "权益", duties: "义务",
	}
}
