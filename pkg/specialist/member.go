package specialist

import (
	"strconv"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/table"
)

// Member is a personal account at a partner. Times are business time, UTC.
type Member struct {
	table.Head
	MemberRow `dynamodbav:"row"`
	Serial    int           `dynamodbav:"serial"` // of the invitation's link: sending again ends the links before
	Accepted  int           `dynamodbav:"taken"`  // the serial by which the invitation was accepted last
	By        string        `dynamodbav:"by"`     // who invited, masked
	Way       string        `dynamodbav:"way"`    // by which it was invited: byMobile, byEmail or byName
	Locale    notify.Locale `dynamodbav:"locale"`
	Expires   time.Time     `dynamodbav:"exp,omitempty"`    // of the open invitation
	Review    string        `dynamodbav:"review,omitempty"` // the last one
	Why       string        `dynamodbav:"why,omitempty"`    // of the last decision or cancellation
	Profile   *Profile      `dynamodbav:"prof,omitempty"`
}

// MemberRow is what lists show of a member.
type MemberRow struct {
	Partner auth.PartyID `dynamodbav:"ptnr"`
	Account AccountID    `dynamodbav:"acct"`
	Name    string       `dynamodbav:"name"` // the account's, masked
	State   State        `dynamodbav:"st"`
	Path    Path         `dynamodbav:"path,omitempty"` // that it is a specialist for, or applies for
	Asked   time.Time    `dynamodbav:"asked"`          // invited last
	Bound   time.Time    `dynamodbav:"bound,omitempty"`
	Changed time.Time    `dynamodbav:"chg"`
}

// Path is what a specialist is one for: a path or a plan that the partner has joined. Source: DOMAIN.md 13, "Preconditions of partner".
type Path string

// The paths and plans.
const (
	PathServices         Path = "SERVICES"
	PathIntegration      Path = "SYSTEM_INTEGRATION"
	PathLearning         Path = "LEARNING"
	PlanDistribution     Path = "DISTRIBUTION"
	PlanSolutionProvider Path = "SOLUTION_PROVIDER"
)

// Paths are all paths and plans.
func Paths() []Path {
	return []Path{PathServices, PathIntegration, PathLearning, PlanDistribution, PlanSolutionProvider}
}

// Profile is what a member tells of itself. It belongs to the partner's item, so that the next partner sees nothing of it.
// Source: DOMAIN.md 13, "employment, certificates, training, projects".
type Profile struct {
	Employment []Employment `dynamodbav:"jobs,omitempty"`
	Training   []Training   `dynamodbav:"courses,omitempty"`
	Projects   []Project    `dynamodbav:"projects,omitempty"`
}

// Employment is a job. Dates are Beijing dates as text, To is empty for the present job.
type Employment struct {
	Company string `dynamodbav:"co" json:"company" minLength:"1" maxLength:"128"`
	Title   string `dynamodbav:"title" json:"title" minLength:"1" maxLength:"64"`
	From    string `dynamodbav:"from" json:"from" minLength:"10" maxLength:"10" doc:"Beijing date such as 2026-12-01"`
	To      string `dynamodbav:"to,omitempty" json:"to,omitempty" maxLength:"10" doc:"Absent for the present one"`
}

// Training is a course that was taken.
type Training struct {
	Name      string `dynamodbav:"name" json:"name" minLength:"1" maxLength:"128"`
	Provider  string `dynamodbav:"by,omitempty" json:"provider,omitempty" maxLength:"128"`
	Completed string `dynamodbav:"on" json:"completed" minLength:"10" maxLength:"10" doc:"Beijing date such as 2026-12-01"`
}

// Project is a project that the member worked in.
type Project struct {
	Name        string `dynamodbav:"name" json:"name" minLength:"1" maxLength:"128"`
	Role        string `dynamodbav:"role" json:"role" minLength:"1" maxLength:"64"`
	From        string `dynamodbav:"from" json:"from" minLength:"10" maxLength:"10" doc:"Beijing date such as 2026-12-01"`
	To          string `dynamodbav:"to,omitempty" json:"to,omitempty" maxLength:"10" doc:"Absent for one that goes on"`
	Description string `dynamodbav:"desc,omitempty" json:"description,omitempty" maxLength:"500"`
}

// StateAt gives the state at a business time: an invitation whose time is over reads as expired before due work has said so.
func (m Member) StateAt(now time.Time) State {
	if m.State == Invited && !now.Before(m.Expires) {
		return Expired
	}
	return m.State
}

// stepped gives the member behind a step that is taken now. Error: ErrState.
func (m Member) stepped(step Step, now time.Time) (Member, error) {
	next := m
	state, err := m.StateAt(now).After(step)
	if err != nil {
		return m, err
	}
	next.State, next.Changed = state, now
	lifecycle.Disarm(&next.Head)
	return next, nil
}

// asked gives the member with an invitation that goes out now, by another link than before, and expires seven days later.
func (m Member) asked(now time.Time) Member {
	m.Serial++
	m.Asked, m.Expires = now, now.Add(inviteLife)
	lifecycle.Arm(&m.Head, WorkMember, string(m.Partner), string(m.Account), m.Expires)
	list(&m)
	return m
}

// Purpose is what the links of invitations are for.
const Purpose = "specialist"

// Link gives the link that is good for the invitation now.
func (m Member) Link() link.Link {
	return link.Link{
		Purpose: Purpose, Party: m.Partner, Object: string(m.Account), Period: strconv.Itoa(m.Serial), Locale: m.Locale, Expires: m.Expires,
	}
}

// ByPhone tells whether the account was invited by its phone number.
func (m Member) ByPhone() bool { return m.Way == byMobile }
