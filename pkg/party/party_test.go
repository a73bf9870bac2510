package party_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
)

func TestAPartyIsCreatedWithItsFirstAdministratorOnce(t *testing.T) {
	o, vendor := newOffice(t)
	body := `{"party_id":"partner-1","kind":"partner","name":"Partner","administrator":{"name":"Ann","email":"ann@partner.example"}}`
	var made struct {
		Party string      `json:"party_id"`
		Admin auth.UserID `json:"administrator_id"`
	}
	in(t, o.call(vendor, "POST", "/v2/vendor/parties", body), &made)
	if made.Party != "partner-1" || o.people.known[made.Admin] != "ann@partner.example" {
		t.Errorf("got %+v, and %v may sign in", made, o.people.known)
	}
	refused(t, o.call(vendor, "POST", "/v2/vendor/parties", body), 409, "CBC.0409", "partner-1")
	var shown struct {
		Kind     string `json:"kind"`
		Standing string `json:"standing"`
	}
	in(t, o.call(vendor, "GET", "/v2/vendor/parties/partner-1", ""), &shown)
	if shown.Kind != "partner" || shown.Standing != "normal" {
		t.Errorf("got %+v", shown)
	}
	var list struct {
		Parties []struct {
			ID string `json:"party_id"`
		} `json:"parties"`
		Total int `json:"total_count"`
	}
	in(t, o.call(vendor, "GET", "/v2/vendor/parties?kind=partner", ""), &list)
	if list.Total != 1 || list.Parties[0].ID != "partner-1" {
		t.Errorf("got %+v", list)
	}
}

func TestRelationsThatCannotBeAreRefused(t *testing.T) {
	o, vendor := newOffice(t)
	admin := `"administrator":{"name":"Ann"}`
	o.call(vendor, "POST", "/v2/vendor/parties", `{"party_id":"partner-1","kind":"partner","name":"P",`+admin+`}`)
	for body, says := range map[string]string{
		`{"kind":"reseller","name":"R",` + admin + `}`:                                                                  "distributor_id",
		`{"kind":"reseller","name":"R","distributor_id":"partner-1",` + admin + `}`:                                     "distributor_id",
		`{"kind":"partner","name":"P","distributor_id":"partner-1",` + admin + `}`:                                      "distributor_id",
		`{"kind":"customer","name":"C","customer_level":"V1","partner_id":"partner-1",` + admin + `}`:                   "association_type",
		`{"kind":"customer","name":"C","customer_level":"V1","partner_id":"nobody","association_type":2,` + admin + `}`: "nobody",
		`{"kind":"partner","name":"P","partner_id":"partner-1","association_type":1,` + admin + `}`:                     "partner_id",
		`{"kind":"vendor","name":"V",` + admin + `}`:                                                                    "kind",
		`{"kind":"customer","name":"C","customer_level":"V9",` + admin + `}`:                                            "customer_level",
		`{"kind":"partner","name":"P","customer_level":"V1",` + admin + `}`:                                             "customer_level",
		`{"kind":"partner","name":"P","party_id":"a b",` + admin + `}`:                                                  "party_id",
		`{"kind":"partner","name":"P","email":"nonsense",` + admin + `}`:                                                "email",
		`{"kind":"partner","name":"P"}`:                                                                                 "administrator",
	} {
		refused(t, o.call(vendor, "POST", "/v2/vendor/parties", body), 400, "CBC.0100", says)
	}
}

func TestAStandingIsSetAndItsReasonKept(t *testing.T) {
	o, vendor := newOffice(t)
	o.call(vendor, "POST", "/v2/vendor/parties", `{"party_id":"partner-1","kind":"partner","name":"P","administrator":{"name":"Ann"}}`)
	var shown struct {
		Standing string `json:"standing"`
		Since    string `json:"standing_since"`
	}
	in(t, o.call(vendor, "PUT", "/v2/vendor/parties/partner-1/standing", `{"standing":"restricted","reason":"unpaid"}`), &shown)
	if shown.Standing != "restricted" || shown.Since == "" {
		t.Errorf("got %+v", shown)
	}
	refused(t, o.call(vendor, "PUT", "/v2/vendor/parties/partner-1/standing", `{"standing":"gone","reason":"x"}`), 400, "CBC.0100", "standing")
	refused(t, o.call(vendor, "PUT", "/v2/vendor/parties/nobody/standing", `{"standing":"normal","reason":"x"}`), 400, "CBC.99000047", "nobody")
}

func TestANewPartyStandsAsThoseAboveIt(t *testing.T) {
	o, vendor := newOffice(t)
	const admin = `"administrator":{"name":"Ann"}}`
	for _, kind := range []string{"distributor", "partner"} {
		o.call(vendor, "POST", "/v2/vendor/parties", `{"party_id":"`+kind+`-1","kind":"`+kind+`","name":"P",`+admin)
		o.call(vendor, "PUT", "/v2/vendor/parties/"+kind+"-1/standing", `{"standing":"frozen","reason":"unpaid"}`)
	}
	o.call(vendor, "POST", "/v2/vendor/parties", `{"party_id":"res","kind":"reseller","name":"R","distributor_id":"distributor-1",`+admin)
	o.call(vendor, "POST", "/v2/vendor/parties", `{"party_id":"resale","kind":"customer","name":"C","partner_id":"partner-1","association_type":2,`+admin)
	o.call(vendor, "POST", "/v2/vendor/parties", `{"party_id":"referral","kind":"customer","name":"C","partner_id":"partner-1","association_type":1,`+admin)
	for id, want := range map[auth.PartyID]string{"res": "frozen, false", "resale": "normal, true", "referral": "normal, false"} {
		p, err := party.Get(t.Context(), o.db, id)
		if got := fmt.Sprintf("%s, %t", p.Standing, p.Profile.FrozenAbove); err != nil || got != want {
			t.Errorf("%s is %s, %v", id, got, err)
		}
	}
	late := party.Party{Row: party.Row{ID: "late", Kind: auth.Reseller, Name: "L"}, Distributor: "distributor-2"}
	o.call(vendor, "POST", "/v2/vendor/parties", `{"party_id":"distributor-2","kind":"distributor","name":"P",`+admin)
	s := party.New(o.env)
	s.Table = tabletest.Meanwhile(t, o.db, func() {
		o.call(vendor, "PUT", "/v2/vendor/parties/distributor-2/standing", `{"standing":"restricted","reason":"unpaid"}`)
	})
	if _, err := s.Add(t.Context(), party.NewParty{Party: late, AdminName: "Ann"}, auth.Principal{Party: "vendor", Kind: auth.Vendor}); err != nil {
		t.Fatal(err)
	}
	if p, err := party.Get(t.Context(), o.db, "late"); err != nil || p.Standing != party.Restricted {
		t.Errorf("it is %s, %v", p.Standing, err)
	}
}

func TestAResaleCustomerIsBlockedWithItsPartnerAndThatOnesDistributor(t *testing.T) {
	o, _ := newOffice(t)
	ctx := context.Background()
	for _, c := range []struct {
		name                            string
		distributor, reseller, customer party.Standing
		association                     int
		blocked                         bool
	}{
		{"nobody is", party.Normal, party.Normal, party.Normal, party.Resale, false},
		{"itself", party.Normal, party.Normal, party.Frozen, party.Referral, true},
		{"its partner", party.Normal, party.Restricted, party.Normal, party.Resale, true},
		{"its partner's distributor", party.Frozen, party.Normal, party.Normal, party.Resale, true},
		{"a referral customer trades with the vendor", party.Frozen, party.Restricted, party.Normal, party.Referral, false},
	} {
		id := strings.ReplaceAll(c.name, " ", "-")
		id = strings.ReplaceAll(id, "'", "")
		tx := table.NewTx()
		party.Create(tx, party.Party{Row: party.Row{ID: auth.PartyID(id + "-d"), Kind: auth.Distributor, Standing: c.distributor}}, "test", o.clock.Now())
		party.Create(tx, party.Party{Row: party.Row{ID: auth.PartyID(id + "-r"), Kind: auth.Reseller, Standing: c.reseller}, Distributor: auth.PartyID(id + "-d")}, "test", o.clock.Now())
		holder := party.Party{Row: party.Row{ID: auth.PartyID(id), Kind: auth.Customer, Standing: c.customer, Partner: auth.PartyID(id + "-r"), AssociationType: c.association}}
		party.Create(tx, holder, "test", o.clock.Now())
		if err := o.db.Commit(ctx, tx); err != nil {
			t.Fatal(err)
		}
		if got, err := party.Blocked(ctx, o.db, holder); err != nil || got != c.blocked {
			t.Errorf("%s: blocked is %v, %v, want %v", c.name, got, err, c.blocked)
		}
	}
}

func TestARepeatedCreationMakesNoSecondParty(t *testing.T) {
	o, vendor := newOffice(t)
	body := `{"kind":"partner","name":"Partner","administrator":{"name":"Ann","email":"ann@partner.example"}}`
	o.people.down = true
	refused(t, o.keyed(vendor, "k1", "POST", "/v2/vendor/parties", body), 500, "CBC.0999", "")
	o.people.down = false
	var first, second struct {
		Party string      `json:"party_id"`
		Admin auth.UserID `json:"administrator_id"`
	}
	w := o.keyed(vendor, "k1", "POST", "/v2/vendor/parties", body)
	in(t, w, &first)
	in(t, o.keyed(vendor, "k1", "POST", "/v2/vendor/parties", body), &second)
	if first != second || w.Header().Get("Idempotent-Replay") != "true" {
		t.Errorf("got %+v, then %+v", first, second)
	}
	if len(o.people.known) != 1 || o.people.known[first.Admin] == "" {
		t.Errorf("%v sign in, want %s, whom the first call did not let in", o.people.known, first.Admin)
	}
	refused(t, o.keyed(vendor, "k1", "POST", "/v2/vendor/parties", strings.Replace(body, "Ann", "Bob", 1)), 409, "CBC.0409", "Idempotency-Key")
}

func TestTheListOfCustomersGoesBackThroughTheMonths(t *testing.T) {
	o, vendor := newOffice(t)
	want := ""
	for n := range 7 {
		id := fmt.Sprintf("customer-%d", n)
		tx := table.NewTx()
		party.Create(tx, party.Party{Row: party.Row{ID: auth.PartyID(id), Kind: auth.Customer, Name: id}}, "test", o.clock.Now())
		if err := o.db.Commit(context.Background(), tx); err != nil {
			t.Fatal(err)
		}
		want = id + " " + want
		o.clock.Advance(20 * 24 * time.Hour)
	}
	type page struct {
		Parties []struct {
			ID string `json:"party_id"`
		} `json:"parties"`
		Total  int    `json:"total_count"`
		Marker string `json:"marker"`
	}
	for name, next := range map[string]func(p page, read int) string{
		"by marker": func(p page, _ int) string { return "&marker=" + p.Marker },
		"by offset": func(_ page, read int) string { return fmt.Sprintf("&offset=%d", read) },
	} {
		got, read, where := "", 0, ""
		for pages := 0; pages < 4 && (pages == 0 || read < 7); pages++ {
			var p page
			in(t, o.call(vendor, "GET", "/v2/vendor/parties?kind=customer&limit=3"+where, ""), &p)
			for _, one := range p.Parties {
				got += one.ID + " "
			}
			read += len(p.Parties)
			where = next(p, read)
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
	var p page
	in(t, o.call(vendor, "GET", "/v2/vendor/parties?kind=customer&limit=3", ""), &p)
	refused(t, o.call(vendor, "GET", "/v2/vendor/parties?kind=partner&marker="+p.Marker, ""), 400, "CBC.0100", "marker")
	refused(t, o.call(vendor, "GET", "/v2/vendor/parties?kind=customer&offset=10001", ""), 400, "CBC.0100", "marker")
	refused(t, o.call(vendor, "GET", "/v2/vendor/parties", ""), 400, "CBC.0100", "kind")
}

func TestACustomerIsSeenByThoseItBelongsTo(t *testing.T) {
	o, _ := newOffice(t)
	ctx, tx := context.Background(), table.NewTx()
	for _, p := range []party.Party{
		{Row: party.Row{ID: "dist", Kind: auth.Distributor}},
		{Row: party.Row{ID: "other-dist", Kind: auth.Distributor}},
		{Row: party.Row{ID: "resell", Kind: auth.Reseller}, Distributor: "dist"},
		{Row: party.Row{ID: "solver", Kind: auth.Partner}},
		{Row: party.Row{ID: "of-reseller", Kind: auth.Customer, Partner: "resell", AssociationType: party.Resale}},
		{Row: party.Row{ID: "of-partner", Kind: auth.Customer, Partner: "solver", AssociationType: party.Referral}},
		{Row: party.Row{ID: "free", Kind: auth.Customer}},
	} {
		party.Create(tx, p, "test", o.clock.Now())
	}
	if err := o.db.Commit(ctx, tx); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		kind  auth.Kind
		party auth.PartyID
		sees  string
	}{
		{auth.Vendor, "vendor", "of-reseller of-partner free"},
		{auth.Distributor, "dist", "of-reseller"},
		{auth.Distributor, "other-dist", ""},
		{auth.Reseller, "resell", "of-reseller"},
		{auth.Partner, "solver", "of-partner"},
		{auth.Customer, "free", "free"},
		{auth.Customer, "of-partner", "of-partner"},
	} {
		caller := auth.Principal{Party: c.party, Kind: c.kind}
		for _, id := range []auth.PartyID{"of-reseller", "of-partner", "free", "dist", "resell", "solver", "vendor", "nobody", ""} {
			p, err := party.ForCaller(ctx, o.db, caller, id)
			sees := id != "" && strings.Contains(" "+c.sees+" ", " "+string(id)+" ")
			if sees && (err != nil || p.ID != id) {
				t.Errorf("%s does not see %s: %v", c.party, id, err)
			}
			if want := fmt.Sprintf("CBC.99000047: party %q does not exist", id); !sees && (err == nil || err.Error() != want || p.ID != "") {
				t.Errorf("%s asks for %q and gets %q, %v", c.party, id, p.ID, err)
			}
		}
	}
}

func TestChangesLeaveATrail(t *testing.T) {
	o, vendor := newOffice(t)
	o.call(vendor, "POST", "/v2/vendor/parties", `{"party_id":"partner-1","kind":"partner","name":"P","administrator":{"name":"Ann"}}`)
	for range 2 { // the second changes nothing
		o.call(vendor, "PUT", "/v2/vendor/parties/partner-1/standing", `{"standing":"frozen","reason":"unpaid"}`)
	}
	trail := ""
	for e, err := range event.List(context.Background(), o.db, "partner-1", time.Time{}) {
		if err != nil {
			t.Fatal(err)
		}
		trail += fmt.Sprintf("%s by %s: %s %v\n", e.Type, e.By, e.Why, e.Data)
	}
	want := "party.created by vendor/vendor-admin:  map[kind:partner]\n" +
		"party.standing_changed by vendor/vendor-admin: unpaid map[from:normal to:frozen]\n"
	if trail != want {
		t.Errorf("got\n%swant\n%s", trail, want)
	}
}
