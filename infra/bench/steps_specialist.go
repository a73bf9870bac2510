package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/upload/uploadtest"
	"partnercenter/pkg/specialist"
)

// evidence is the file that is handed in. The store of the bench holds it at every key, so that what is announced is there.
const evidence = "%PDF-1.7\n"

func evidenceStore() *uploadtest.Store {
	store := uploadtest.New()
	store.Holds = func(string) ([]byte, string) { return []byte(evidence), "application/pdf" }
	return store
}

// specialistSteps are how the people of a partner that has joined a plan become its specialists, and their certificates count for it.
func specialistSteps() []step {
	const (
		partner, members, vendors = "partner partner", "/v2/partners/specialists", "/v2/vendor/specialists"
		paper                     = `"type":"HCIP","issued":"2026-01-01","expires":"2029-01-01"`
	)
	sum := sha256.Sum256([]byte(evidence))
	file := fmt.Sprintf(`{"file_name":"evidence.pdf","content_type":"application/pdf","size":%d,"sha256":%q}`, len(evidence), hex.EncodeToString(sum[:]))
	account := func(name, id string) step {
		return step{name, vendor, "PUT", vendors + "/accounts/" + id, fmt.Sprintf(`{"account_name":%q,"real_name":"Ada","mobile":"+8613800000000","email":"%s@mail.example"}`, id, id)}
	}
	sync := func(name, id, rows string) step {
		return step{name, vendor, "POST", vendors + "/accounts/" + id + "/certificates", `{"certificates":[` + rows + `]}`}
	}
	decide := func(name, decision string) step {
		return step{name, vendor, "POST", vendors + "/reviews/{review_id}/decision", `{"decision":"` + decision + `","remark":"as it should be"}`}
	}
	act := func(name, id, body string) step {
		return step{name, partner, "POST", members + "/" + id + "/actions", body}
	}
	return []step{
		account("SetPersonalAccount", "ada"), account("", "bob"), account("", "cust-1"),
		sync("SyncCertificates", "ada", `{"certificate_no":"C1",`+paper+`}`),
		{"InviteSpecialist", partner, "POST", members + "/invitations", `{"account_name":"ada"}`},
		{"", partner, "POST", members + "/invitations", `{"account_name":"bob"}`},
		{"", partner, "POST", members + "/invitations", `{"account_name":"cust-1"}`},
		{"AcceptSpecialistInvitation", customer, "POST", "/v2/partners/specialists/acceptances", `{"partner_id":"partner"}`},
		{"ListOwnSpecialistInvitations", customer, "GET", members + "/own-invitations", ""},
		{"SetOwnSpecialistProfile", customer, "PUT", members + "/own-profile", `{"employment":[{"company":"North Star","title":"Engineer","from":"2020-01-01"}]}`},
		{"", "", seed, "specialists", ""},
		{"ListSpecialists", partner, "GET", members, ""},
		{"ShowSpecialist", partner, "GET", members + "/ada", ""},
		{"SetSpecialistProfile", partner, "PUT", members + "/ada/profile", `{"employment":[{"company":"North Star","title":"Engineer","from":"2020-01-01"}]}`},
		{"AnnounceSpecialistFile", partner, "POST", members + "/files", file},
		{"ApplyForSpecialists", partner, "POST", members + "/applications", `{"applications":[{"specialist_id":"ada","path":"SERVICES","file_ids":["{file_id}"]}]}`},
		{"ListSpecialistReviews", vendor, "GET", vendors + "/reviews", ""},
		{"ShowSpecialistReview", vendor, "GET", vendors + "/reviews/{review_id}", ""},
		decide("DecideSpecialistReview", "PASS"),
		{"StopSpecialist", vendor, "POST", vendors + "/partners/partner/ada/stop", `{"reason":"the project has ended"}`},
		{"UploadCertificate", partner, "POST", members + "/ada/certificates", `{"certificate_no":"C2",` + paper + `,"file_id":"{file_id}"}`},
		decide("", "PASS"),
		{"TransferCertificate", partner, "POST", members + "/certificates/C1/transfer", `{"to_account_id":"bob","reason":"one person"}`},
		decide("CertificateMoved", "PASS"),
		{"ListCertificates", partner, "GET", members + "/certificates", ""},
		act("ActOnSpecialist", "ada", `{"action":"UNBIND"}`),
		{"SpecialistInvitationExpires", "many", work, "PARTY#many SPECIALIST#" + late, specialist.WorkMember},
		{"", "partner many", "GET", members + "?limit=1", ""},
		{"ListSpecialists/page50", "partner many", "GET", members + "?limit=50&marker={marker}", ""},
		{"", "partner many", "GET", members + "/certificates?limit=1", ""},
		{"ListCertificates/page50", "partner many", "GET", members + "/certificates?limit=50&marker={marker}", ""},
		{"", vendor, "GET", vendors + "/reviews?state=REJECTED&limit=1", ""},
		{"ListSpecialistReviews/page50", vendor, "GET", vendors + "/reviews?state=REJECTED&limit=50&marker={marker}", ""},
	}
}

// late is an account that has not accepted its invitation in time.
const late = "late"

// specialists accepts the invitation of bob and ada by their links, and puts an invitation that has
// expired, many members, certificates and reviews of another partner there.
func (s *scene) specialists(ctx context.Context) error {
	open := func() *specialist.Service { return specialist.New(s.env) }
	for _, id := range []string{"ada", "bob"} {
		m, err := open().Member(ctx, "partner", specialist.AccountID(id))
		if err != nil {
			return err
		}
		if _, err := open().Accept(ctx, m.Link()); err != nil {
			return err
		}
	}
	at := s.clock.Now().Add(-time.Hour)
	old := &specialist.Member{
		Head:      table.Head{PK: "PARTY#many", SK: "SPECIALIST#" + late},
		MemberRow: specialist.MemberRow{Partner: "many", Account: late, Name: "L***", State: specialist.Invited, Asked: at},
		Expires:   at,
	}
	lifecycle.Arm(&old.Head, specialist.WorkMember, "many", late, at)
	if err := s.db.Create(ctx, old); err != nil {
		return err
	}
	for n := range 60 {
		if err := s.specialistNo(ctx, n, at); err != nil {
			return err
		}
	}
	return nil
}

// specialistNo puts the n-th of many there: the member, its certificate, and a review of it.
func (s *scene) specialistNo(ctx context.Context, n int, at time.Time) error {
	const many = auth.PartyID("many")
	id, number := specialist.AccountID(fmt.Sprintf("0a1b2c3d4e5f60718293a4b5c6d7e8%02d", n)), specialist.Number(fmt.Sprintf("HCIP-2026-0000%02d", n))
	stamp, month, review := fmt.Sprintf("%s.%03dZ", at.UTC().Format("2006-01-02T15:04:05"), n), calendar.DateOf(at).String()[:len("2026-12")], fmt.Sprintf("01KBENCHKBENCHKBENCHKBEN%03d", n)
	tx := table.NewTx()
	tx.Create(&specialist.Member{
		Head: table.Head{PK: "PARTY#many", SK: "SPECIALIST#" + string(id), G1PK: "SPECIALISTS#many", G1SK: stamp + "#" + string(id)},
		MemberRow: specialist.MemberRow{
			Partner: many, Account: id, Name: "Ada Lovelace", State: specialist.Specialist, Path: specialist.PathServices, Asked: at, Bound: at, Changed: at,
		},
	})
	last := start.AddDays(n + 300)
	tx.Create(&specialist.Certificate{
		Head: table.Head{PK: "PERSONAL#" + string(id), SK: "CERTIFICATE#" + string(number), G1PK: "CERTIFICATES#many", G1SK: last.String() + "#" + string(number)},
		CertificateRow: specialist.CertificateRow{
			Number: number, Type: specialist.HCIP, Account: id, Person: "Ada Lovelace", Partner: many, Issued: start, Expires: last,
			Origin: specialist.Synced, Status: specialist.Valid,
		},
	})
	tx.Create(&specialist.Review{
		Head: table.Head{PK: "SPECIALISTREVIEW#" + review, SK: "REVIEW", G1PK: "SPECIALISTREVIEWS#REJECTED#" + month, G1SK: stamp + "#" + review},
		ReviewRow: specialist.ReviewRow{
			ID: review, Kind: specialist.ReviewApplication, State: specialist.Refused, Partner: many, Account: id, Path: specialist.PathServices, Asked: at, Decided: at,
		},
	})
	return s.db.Commit(ctx, tx)
}
