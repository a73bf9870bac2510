package party

// The numbers of this capability.
const (
	// maxKeys is how many live access keys a user has. Source: DESIGN.md "Who is calling".
	maxKeys = 2

	// lowestLevel is the level of a customer that has spent nothing yet. Source: DOMAIN.md 1, "Grace/retention days by customer level".
	lowestLevel = "V0"
)
