package table

// Names of the table's indexes.
const (
	Listed = "GSI1" // what a partner lists
	Due    = "GSI2" // what is due, sparse
)

// Shape says what the table consists of. The CDK app and the local cloud build the table from it.
type Shape struct {
	PK, SK  string
	TTL     string // attribute with the second at which an item may vanish
	Indexes []Index
}

// Index is one global secondary index and the non-key attributes that it projects.
type Index struct {
	Name, PK, SK string
	Projects     []string
}

// TheShape gives the shape of the system's table.
func TheShape() Shape {
	return Shape{
		PK: "PK", SK: "SK", TTL: "ttl",
		Indexes: []Index{
			{Name: Listed, PK: "G1PK", SK: "G1SK", Projects: []string{"row", "ttl"}},
			{Name: Due, PK: "G2PK", SK: "G2SK", Projects: []string{"work"}},
		},
	}
}

// index finds an index by its name; the base table has none.
func (s Shape) index(name string) (Index, bool) {
	for _, i := range s.Indexes {
		if i.Name == name {
			return i, true
		}
	}
	return Index{PK: s.PK, SK: s.SK}, false
}
