package export

import (
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/table"
)

// Keys of this package:
//
//	PARTY#<owner> / EXPORT#<kind>#<export>   an export     due work "export" while it is to be made; TTL
//
// Access patterns: an export by its owner, kind and id, strong; an owner's exports of a kind, newest first.

// WorkExport is the kind of due work that an export to be made is.
const WorkExport = "export"

const keyPrefix = "EXPORT#"

func exportKey(owner auth.PartyID, kind, id string) table.Key {
	return table.Key{PK: "PARTY#" + string(owner), SK: keyPrefix + kind + "#" + id}
}

// exportsOf finds an owner's exports of a kind, newest first.
func exportsOf(owner auth.PartyID, kind string) table.Query {
	key := exportKey(owner, kind, "")
	return table.Query{PK: key.PK, Prefix: key.SK, Descending: true, Strong: true}
}
