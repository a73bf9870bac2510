package opportunity

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// ErrField: the field can't be changed in the opportunity's state. ASSUMED code.
var ErrField = problem.New(http.StatusConflict, "CBC.99001233", "the field can't be changed in this state")

// Edit is what is changed of an opportunity. What is nil stays as it is; an empty text or list empties the field.
type Edit struct {
	Name        *string      `json:"opportunity_name,omitempty" maxLength:"128"`
	Company     *string      `json:"customer_company,omitempty" maxLength:"128"`
	Region      *string      `json:"customer_region,omitempty" maxLength:"64"`
	Industry    *string      `json:"customer_industry,omitempty" maxLength:"64"`
	Description *string      `json:"description,omitempty" maxLength:"2000"`
	Budget      *string      `json:"budget,omitempty" maxLength:"500" doc:"BANT: budget"`
	Authority   *string      `json:"authority,omitempty" maxLength:"500" doc:"BANT: who decides"`
	Need        *string      `json:"need,omitempty" maxLength:"500" doc:"BANT: what the customer needs"`
	Timing      *string      `json:"timing,omitempty" maxLength:"500" doc:"BANT: when the customer needs it"`
	Amount      *rest.Amount `json:"amount,omitempty" doc:"Yuan"`
	Expected    *string      `json:"expected_order_date,omitempty" maxLength:"10" doc:"Beijing date such as 2026-12-31"`
	Activities  []Activity   `json:"presales_activities,omitempty" enum:"MEETING,ALIGNMENT,PROPOSAL,POC,QUOTATION" doc:"What was done with the customer already"`
	Tender      *bool        `json:"public_tender,omitempty" doc:"Whether it is known from a public tender or hearsay alone"`
	Offerings   []Offering   `json:"offerings,omitempty" doc:"At most 20. What the partner sells and delivers itself"`
	Services    []string     `json:"cloud_services,omitempty" doc:"At most 20. Service type codes such as hws.service.type.ec2"`
	Contact     *Contact     `json:"contact,omitempty" doc:"Whom to ask at the customer; as a whole. The consent of another person is to be given with it"`
	Consent     *bool        `json:"personal_data_consent,omitempty" doc:"Whether the customer agreed that its personal data is shared"`
}

// field is one field of an opportunity: its name on the wire, whether an edit has it, and what it does.
type field struct {
	name  string
	given func(e Edit) bool
	apply func(e Edit, o *Opportunity, c *Content) error
}

// text is a field that is a text.
func text(name string, from func(e Edit) *string, to func(o *Opportunity, c *Content) *string) field {
	return field{name, func(e Edit) bool { return from(e) != nil }, func(e Edit, o *Opportunity, c *Content) error {
		*to(o, c) = strings.TrimSpace(*from(e))
		return nil
	}}
}

// fields are all that can be edited.
func fields() []field {
	return []field{
		text("opportunity_name", func(e Edit) *string { return e.Name }, func(o *Opportunity, _ *Content) *string { return &o.Name }),
		text("customer_company", func(e Edit) *string { return e.Company }, func(o *Opportunity, _ *Content) *string { return &o.Company }),
		text("customer_region", func(e Edit) *string { return e.Region }, func(_ *Opportunity, c *Content) *string { return &c.Region }),
		text("customer_industry", func(e Edit) *string { return e.Industry }, func(_ *Opportunity, c *Content) *string { return &c.Industry }),
		text("description", func(e Edit) *string { return e.Description }, func(_ *Opportunity, c *Content) *string { return &c.Description }),
		text("budget", func(e Edit) *string { return e.Budget }, func(_ *Opportunity, c *Content) *string { return &c.Budget }),
		text("authority", func(e Edit) *string { return e.Authority }, func(_ *Opportunity, c *Content) *string { return &c.Authority }),
		text("need", func(e Edit) *string { return e.Need }, func(_ *Opportunity, c *Content) *string { return &c.Need }),
		text("timing", func(e Edit) *string { return e.Timing }, func(_ *Opportunity, c *Content) *string { return &c.Timing }),
		{"amount", func(e Edit) bool { return e.Amount != nil }, setAmount},
		{"expected_order_date", func(e Edit) bool { return e.Expected != nil }, setExpected},
		{"presales_activities", func(e Edit) bool { return e.Activities != nil }, func(e Edit, _ *Opportunity, c *Content) error {
			c.Activities = slices.Compact(slices.Sorted(slices.Values(e.Activities)))
			return nil
		}},
		{"public_tender", func(e Edit) bool { return e.Tender != nil }, func(e Edit, _ *Opportunity, c *Content) error {
			c.Tender = *e.Tender
			return nil
		}},
		{"offerings", func(e Edit) bool { return e.Offerings != nil }, setOfferings},
		{"cloud_services", func(e Edit) bool { return e.Services != nil }, setServices},
		{"contact", func(e Edit) bool { return e.Contact != nil }, func(e Edit, _ *Opportunity, c *Content) error {
			c.Contact = *e.Contact
			return nil
		}},
		{"personal_data_consent", func(e Edit) bool { return e.Consent != nil }, func(e Edit, _ *Opportunity, c *Content) error {
			c.Consent = *e.Consent
			return nil
		}},
	}
}

func setAmount(e Edit, o *Opportunity, _ *Content) error {
	o.Amount = money.Fen(*e.Amount)
	if o.Amount < 0 {
		return problem.Invalid("amount", "%s is below 0", o.Amount)
	}
	return nil
}

func setExpected(e Edit, o *Opportunity, _ *Content) (err error) {
	if *e.Expected == "" {
		o.Expected = calendar.Date{}
		return nil
	}
	if o.Expected, err = calendar.ParseDate(*e.Expected); err != nil {
		return problem.Invalid("expected_order_date", "%v", err)
	}
	return nil
}

func setOfferings(e Edit, o *Opportunity, _ *Content) error {
	if o.Offerings = e.Offerings; len(o.Offerings) > mostChoices {
		return problem.Invalid("offerings", "%d are too many; at most %d", len(o.Offerings), mostChoices)
	}
	seen := map[string]bool{}
	for _, offering := range o.Offerings {
		id := strings.ToLower(offering.ID)
		if seen[id] {
			return problem.Invalid("offerings", "%q is there twice", offering.ID)
		}
		seen[id] = true
	}
	return nil
}

func setServices(e Edit, o *Opportunity, _ *Content) error {
	if o.Services = e.Services; len(o.Services) > mostChoices {
		return problem.Invalid("cloud_services", "%d are too many; at most %d", len(o.Services), mostChoices)
	}
	seen := map[string]bool{}
	for _, service := range o.Services {
		switch id := strings.ToLower(service); {
		case !table.IsID(service):
			return problem.Invalid("cloud_services", "%.40q is no service type code such as hws.service.type.ec2", service)
		case seen[id]:
			return problem.Invalid("cloud_services", "%q is there twice", service)
		default:
			seen[id] = true
		}
	}
	return nil
}

// everyField stands for all of them.
const everyField = "*"

// editable says which fields each side can change in each state; in a state that is not there, none. What was submitted changes in these alone.
// Source: DOMAIN.md 12: the vendor may edit offerings after submission; once accepted, updates take effect for both sides. Which fields are brought up
// to date then is ASSUMED, and so is that of offerings and cloud services the partner may only drop some then: others were not verified, and an edit that
// adds them would come to count for them. The vendor, which verifies, adds them.
var editable = map[State]map[Side][]string{
	Draft:      {ByPartner: {everyField}},
	Auditing:   {ByVendor: {"offerings"}},
	Verifying:  {ByVendor: {"offerings"}},
	Shared:     {ByVendor: {"offerings"}},
	Verified:   {ByPartner: progressing, ByVendor: choices},
	Accepted:   {ByPartner: progressing, ByVendor: choices},
	InProgress: {ByPartner: progressing, ByVendor: choices},
}

var (
	progressing = []string{"amount", "expected_order_date", "offerings", "cloud_services", "contact", "personal_data_consent"}
	choices     = []string{"offerings", "cloud_services"}
)

// Editable gives the fields that a side can change in a state. Of offerings and cloud services of what counts, a partner can only drop some; the vendor
// can add others, unless another opportunity counts for them.
func Editable(s State, side Side) []string {
	named := editable[s][side]
	if !slices.Contains(named, everyField) {
		return named
	}
	var all []string
	for _, f := range fields() {
		all = append(all, f.name)
	}
	return all
}

// edited gives an opportunity as a side's edit leaves it, and the names of the fields that it has. Errors: ErrField with the first field that can't be
// changed now, or not in this way; CBC.0100.
func edited(o Opportunity, c Content, e Edit, side Side, by string, now time.Time) (Opportunity, Content, []string, error) {
	allowed, was, asked := Editable(o.State, side), o, c.Contact
	var changed []string
	for _, f := range fields() {
		if !f.given(e) {
			continue
		}
		if !slices.Contains(allowed, f.name) {
			return o, c, nil, refuseField(o.State, f.name, allowed)
		}
		if err := f.apply(e, &o, &c); err != nil {
			return o, c, nil, err
		}
		changed = append(changed, f.name)
	}
	if e.Consent == nil && c.Consent && !c.Contact.sameAs(asked) { // who agreed was another
		c.Consent, changed = false, append(changed, "personal_data_consent")
	}
	if e.Consent != nil || !c.Consent {
		c.ConsentAt, c.ConsentBy = time.Time{}, ""
		if c.Consent {
			c.ConsentAt, c.ConsentBy = now, by
		}
	}
	if side == ByPartner && was.State.Counts() {
		if err := onlyDrops(was, o); err != nil {
			return o, c, nil, err
		}
	}
	return o, c, changed, stillGood(o, c, changed, now)
}

// onlyDrops refuses an edit that adds an offering or cloud service, or makes one another. Error: ErrField.
func onlyDrops(was, o Opportunity) error {
	const instead = "%q is none of those that it was accepted with: here you can drop some; ask the vendor's business developer to add others, " +
		"or submit another opportunity for them"
	for _, offering := range o.Offerings {
		if !slices.Contains(was.Offerings, offering) {
			return ErrField.Saying(instead, offering.ID).In("offerings")
		}
	}
	for _, service := range o.Services {
		if !slices.Contains(was.Services, service) {
			return ErrField.Saying(instead, service).In("cloud_services")
		}
	}
	return nil
}

// stillGood refuses an edit of what was submitted that a reviewer would not have let pass. Error: CBC.0100.
func stillGood(o Opportunity, c Content, changed []string, now time.Time) error {
	if o.State == Draft {
		return nil
	}
	for _, f := range Check(o, c, false, now) {
		if name, _, _ := strings.Cut(f.Field, "."); slices.Contains(changed, name) {
			return problem.Invalid(f.Field, "%s", f.Message)
		}
	}
	return nil
}

func refuseField(s State, name string, allowed []string) error {
	if len(allowed) == 0 {
		return ErrField.Saying("an opportunity that is %s can't be changed by you", s).In(name)
	}
	return ErrField.Saying("an opportunity that is %s can be changed by you in %s alone", s, strings.Join(allowed, ", ")).In(name)
}
