package agreement

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/document"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/rest"
)

// RegisterDocuments registers the operation that prints an agreement. It belongs to the function that renders documents, which hands in how.
func RegisterDocuments(api *rest.API, env *function.Env, render document.Renderer) {
	rest.Register(api, rest.Operation{
		ID: "DownloadAgreement", Method: http.MethodGet, Path: Path + "/{code}/document",
		Summary: "Give a version of an agreement as PDF, with the caller's signature if there is one", Allow: signers(auth.AgreementRead),
		Produces: []string{"application/pdf"},
	}, func(ctx context.Context, in *AgreementPath) (*rest.File, error) {
		return New(env).download(ctx, in, render)
	})
}

// download prints an agreement. Error: ErrMissing.
func (s *Service) download(ctx context.Context, in *AgreementPath, render document.Renderer) (*rest.File, error) {
	r, err := s.read(ctx, *in)
	if err != nil {
		return nil, err
	}
	caller := rest.Caller(ctx).Party
	signed, err := signaturesOf(ctx, s.Table, caller, []entry{{Code: r.Code, N: r.N}})
	if err != nil {
		return nil, err
	}
	body, err := render(r.document(signed[signatureKey(caller, r.Code, r.N)]))
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf("%s-%d", r.Code, r.N)
	return rest.NewFile("application/pdf", r.Title+"-"+fmt.Sprint(r.N)+".pdf", name+".pdf", body), nil
}

// document describes an agreement for print: what the vendor wrote, which document it is, and who signed it.
func (r reading) document(signed *Signature) document.Document {
	w := wordsOf(r.locale)
	d := document.Document{
		Title: r.Title, Subtitle: fmt.Sprintf(w.version, r.N, calendar.DateOf(r.From)), Note: "SHA-256 " + r.Hashes[r.locale], PageOf: w.pageOf, Made: r.Published,
	}
	for _, paragraph := range strings.Split(strings.ReplaceAll(r.Text.Text, "\r\n", "\n"), "\n") {
		if strings.TrimSpace(paragraph) != "" {
			d.Blocks = append(d.Blocks, document.Paragraph(paragraph))
		}
	}
	facts := document.Facts{{Name: w.code, Value: string(r.Code)}, {Name: w.hash, Value: r.Hashes[r.locale]}}
	if signed != nil {
		facts = append(
			facts, document.Fact{Name: w.signer, Value: string(signed.Signer)},
			document.Fact{Name: w.signed, Value: signed.At.In(calendar.Beijing).Format("2006-01-02 15:04:05")},
			document.Fact{Name: w.signedHash, Value: signed.Hash}, document.Fact{Name: w.source, Value: signed.Source},
		)
	}
	d.Blocks = append(d.Blocks, document.Heading(w.record), facts)
	return d
}

// printed are the words around an agreement in one language.
type printed struct{ version, pageOf, record, code, hash, signer, signed, signedHash, source string }

func wordsOf(l notify.Locale) printed {
	if l == notify.English {
		return printed{
			version: "Version %d, in effect from %s (Beijing)", pageOf: "Page {page} of {pages}", record: "This document", code: "Agreement",
			hash: "SHA-256", signer: "Signed by", signed: "Signed at (Beijing)", signedHash: "SHA-256 that was signed", source: "Signed from",
		}
	}
	return printed{
		version: "第 %d 版，自 %s 起生效（北京时间）", pageOf: "第 {page} 页，共 {pages} 页", record: "文件信息", code: "协议编码",
		hash: "文件摘要 SHA-256", signer: "签署人", signed: "签署时间（北京时间）", signedHash: "签署的文件摘要", source: "签署地址",
	}
}
