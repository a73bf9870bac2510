package setup_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/cfn"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
	"partnercenter/pkg/system/setup"
)

// people is a directory that can be out of order.
type people struct {
	known map[auth.UserID]string
	down  bool
}

func (p *people) Add(_ context.Context, id auth.UserID, email string) error {
	if p.down {
		return errors.New("out of order")
	}
	p.known[id] = email
	return nil
}

func (p *people) Drop(context.Context, auth.UserID) error { return nil }

// deployment is the function over an empty table.
type deployment struct {
	db     *table.Client
	people *people
	run    cfn.CustomResourceFunction
}

func newDeployment(t *testing.T) *deployment {
	wall := clock.NewFake(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC))
	d := &deployment{db: tabletest.New(t), people: &people{known: map[auth.UserID]string{}}}
	env := &function.Env{Clock: wall, Wall: wall, Log: slog.New(slog.DiscardHandler), Setting: func(string) string { return "" }, Sealer: auth.LocalSealer{}}
	function.Port[*table.Client]{Name: "table"}.Put(env, d.db)
	party.DirectoryPort.Put(env, d.people)
	d.run = setup.Function.Resource(env)
	return d
}

func (d *deployment) send(kind cfn.RequestType, admin string) (string, error) {
	id, _, err := d.run(context.Background(), cfn.Event{
		RequestType: kind, PhysicalResourceID: "before", ResourceProperties: map[string]any{"Admin": admin},
	})
	return id, err
}

// users lists the vendor's users.
func (d *deployment) users(t *testing.T) (list []*auth.User) {
	t.Helper()
	for u, err := range table.All[auth.User](context.Background(), d.db, table.Query{Index: table.Listed, PK: auth.UsersOf(setup.VendorID)}) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, u)
	}
	return list
}

func TestADeploymentEndsWithOneVendorAdministratorHoweverOftenItRuns(t *testing.T) {
	d := newDeployment(t)
	for _, kind := range []cfn.RequestType{cfn.RequestCreate, cfn.RequestCreate, cfn.RequestUpdate} {
		id, err := d.send(kind, "Ann@vendor.example")
		if err != nil || id != string(setup.VendorID) {
			t.Fatalf("%s: %q, %v", kind, id, err)
		}
	}
	vendor, err := party.Get(context.Background(), d.db, setup.VendorID)
	if err != nil || vendor.Kind != auth.Vendor {
		t.Errorf("the vendor is %+v, %v", vendor.Row, err)
	}
	users := d.users(t)
	if len(users) != 1 || len(users[0].Roles) != 1 || users[0].Roles[0] != auth.Admin || d.people.known[users[0].ID] != "Ann@vendor.example" {
		t.Errorf("got %d users, and %v sign in", len(users), d.people.known)
	}
}

func TestADeploymentThatWasCutShortIsFinishedByTheNext(t *testing.T) {
	d := newDeployment(t)
	d.people.down = true
	if _, err := d.send(cfn.RequestCreate, "ann@vendor.example"); err == nil {
		t.Error("nobody was told that the administrator can't sign in")
	}
	d.people.down = false
	if _, err := d.send(cfn.RequestCreate, "ann@vendor.example"); err != nil || len(d.users(t)) != 1 || len(d.people.known) != 1 {
		t.Errorf("%v; %d users, %v sign in", err, len(d.users(t)), d.people.known)
	}
}

func TestAnotherAddressIsAnotherAdministrator(t *testing.T) {
	d := newDeployment(t)
	for _, address := range []string{"ann@vendor.example", "bob@vendor.example", "bob@vendor.example"} {
		if _, err := d.send(cfn.RequestUpdate, address); err != nil {
			t.Fatal(err)
		}
	}
	if len(d.users(t)) != 2 || len(d.people.known) != 2 {
		t.Errorf("%d users, %v sign in, want two", len(d.users(t)), d.people.known)
	}
}

func TestWhatIsNoAddressIsRefusedAndDeletionDoesNothing(t *testing.T) {
	d := newDeployment(t)
	for _, address := range []string{"", "nobody"} {
		if _, err := d.send(cfn.RequestCreate, address); err == nil {
			t.Errorf("%q was taken for an address", address)
		}
	}
	if id, err := d.send(cfn.RequestDelete, ""); err != nil || id != "before" {
		t.Errorf("deletion: %q, %v", id, err)
	}
	if len(d.users(t)) != 0 {
		t.Error("there is a user")
	}
}
