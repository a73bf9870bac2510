package agreement

import (
	"fmt"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/table"
)

// Keys of this package:
//
//	AGREEMENT#<code> / AGREEMENTVERSION#<n>             a version: what it is, never written again
//	AGREEMENT#<code> / AGREEMENTTEXT#<n>#<locale>       what it says in a language, never written again
//	AGREEMENT#<code> / AGREEMENTNEWS#<n>                how far a new version is told to those who sign it      due work "agreement_news"
//	AGREEMENTS#<purpose> / AGREEMENTREGISTER            which versions count for a purpose, and from when; of the purpose "any", all of them
//	PARTY#<party> / AGREEMENTSIGNATURE#<code>#<n>       a signature, never written again
//	PARTY#<partner> / RELATIONS                         until when a partner has declared its relations, or should have   due work "declaration"
//	PARTY#<partner> / RELATIONDECLARATION#<n>           a declaration, never written again
//
// Access patterns: the register of a purpose; a version by code and number; its text in a language; a party's signatures, of one version, or all in
// the order of their codes; a partner's declarations, newest first.

// The kinds of due work.
const (
	WorkDeclaration = "declaration"    // a partner's declarations
	WorkNews        = "agreement_news" // new versions that are told
)

const (
	versionPrefix     = "AGREEMENTVERSION#"
	signaturePrefix   = "AGREEMENTSIGNATURE#"
	declarationPrefix = "RELATIONDECLARATION#"
)

func codeKey(code Code) string { return "AGREEMENT#" + string(code) }

func ownerKey(owner auth.PartyID) string { return "PARTY#" + string(owner) }

func numbered(n int) string { return fmt.Sprintf("%06d", n) }

func versionKey(code Code, n int) table.Key {
	return table.Key{PK: codeKey(code), SK: versionPrefix + numbered(n)}
}

func textKey(code Code, n int, l notify.Locale) table.Key {
	return table.Key{PK: codeKey(code), SK: "AGREEMENTTEXT#" + numbered(n) + "#" + string(l)}
}

func newsKey(code Code, n int) table.Key {
	return table.Key{PK: codeKey(code), SK: "AGREEMENTNEWS#" + numbered(n)}
}

func registerKey(p Purpose) table.Key {
	return table.Key{PK: "AGREEMENTS#" + string(p), SK: "AGREEMENTREGISTER"}
}

func signatureKey(of auth.PartyID, code Code, n int) table.Key {
	return table.Key{PK: ownerKey(of), SK: signaturePrefix + string(code) + "#" + numbered(n)}
}

func relationsKey(partner auth.PartyID) table.Key {
	return table.Key{PK: ownerKey(partner), SK: "RELATIONS"}
}

func declarationKey(partner auth.PartyID, n int) table.Key {
	return table.Key{PK: ownerKey(partner), SK: declarationPrefix + numbered(n)}
}
