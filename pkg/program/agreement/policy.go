package agreement

// The numbers of this package. Source, where no other is named: DOMAIN.md 16, ASSUMED there.
const (
	// maxCodes is how many agreements there are at most: all of them stand in one item for each purpose. ASSUMED
	maxCodes = 40

	// maxText is how many characters the text of a version has at most in one language: what an item holds, in Chinese. ASSUMED
	maxText = 100_000

	// toldTogether is how many parties one transaction tells of a new version: each is an event. ASSUMED
	toldTogether = 50

	// toldAtOnce is how many such transactions one call of due work makes. ASSUMED
	toldAtOnce = 20

	// declared is for how many months a declaration of relations holds.
	declared = 12

	// daysUntilDeclared is how many days a partner that joins a plan has for its first declaration. ASSUMED
	daysUntilDeclared = 30

	// mostRelations is how many relations one declaration names at most. ASSUMED
	mostRelations = 100
)

// daysBeforeRenewal are the days before its end on which a partner is reminded to renew its declaration, the last one being the first day without
// one. ASSUMED
var daysBeforeRenewal = []int{30, 7, 0}

// daysBeforeFirst are the days before the end of the time for its first declaration on which a partner that has not made it is reminded: its last day, and
// twice after it. ASSUMED
var daysBeforeFirst = []int{0, -30, -60}
