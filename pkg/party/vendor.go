package party

import (
	"context"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/table"
)

// VendorOf finds the vendor of the system: the party of that kind that was made first. It is for work that nobody asks for and of which the vendor is
// told. ok is false when there is none.
func VendorOf(ctx context.Context, db *table.Client) (vendor Party, ok bool, err error) {
	first := table.Query{Index: table.Listed, PK: listed(auth.Vendor, calendar.Date{}), Page: 1}
	for p, err := range table.All[Party](ctx, db, first) {
		if err != nil {
			return Party{}, false, err
		}
		vendor, err = Get(ctx, db, p.ID)
		return vendor, err == nil, err
	}
	return Party{}, false, nil
}
