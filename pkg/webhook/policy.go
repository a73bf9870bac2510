package webhook

import "time"

// The numbers of this capability, all ASSUMED.
const (
	// maxEndpoints is how many endpoints a party has at most.
	maxEndpoints = 5

	// answerWithin is how long an endpoint may take, from the name's look-up to the end of its answer.
	answerWithin = 5 * time.Second

	// answerBytes is how much of an answer is read, and thrown away.
	answerBytes = 4 << 10

	// headerBytes is how long the headers of an answer may be: a site's policy and cookies alone can have some thousands.
	headerBytes = 64 << 10

	// failsFor is how long an endpoint may fail, business time, until it is switched off.
	failsFor = 24 * time.Hour

	// logKept is how long the log has a delivery, wall time.
	logKept = 30 * 24 * time.Hour

	// triesShown is of how many attempts, the last ones, a delivery keeps what came of them.
	triesShown = 10

	// oldSecretFor is how long, behind a change of the secret, requests are signed with the old one as well, wall time.
	oldSecretFor = 24 * time.Hour

	// oldSecrets is of how many old secrets, the last ones, that is done.
	oldSecrets = 3
)

// backoff is how long a delivery waits after each failed attempt, business time. After one more it has failed for good. An endpoint that
// goes on failing is left alone as long.
var backoff = []time.Duration{5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 9 * time.Hour, 24 * time.Hour}

// Test is the type of the event that an owner has sent to see whether its endpoint works. Every endpoint gets it.
const Test = "webhook.test"
