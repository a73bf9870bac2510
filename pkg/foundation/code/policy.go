package code

import "time"

// The numbers of this package.
const (
	// Life is how long a code is good for when nobody says otherwise. Source: SDK SendVerificationMessageCode.
	Life = 10 * time.Minute

	// Longest is the longest life that may be asked for; who asks for more gets Shortened. Source: SDK SendVerificationMessageCode.
	Longest   = 60 * time.Minute
	Shortened = 5 * time.Minute

	// ResendAfter is how long nobody is sent another code for the same thing. ASSUMED, DOMAIN.md 0.
	ResendAfter = 60 * time.Second

	// MaxTries is how many wrong tries lock a code. ASSUMED, DOMAIN.md 0.
	MaxTries = 5

	// digits is the length of a code. ASSUMED
	digits = 6

	// kept is how long, wall clock, the item of a code that has ended stays, beyond the code's life. ASSUMED
	kept = time.Hour
)

// LifeOf gives the life of a code from the minutes that a caller asks for; 0 is none asked for.
func LifeOf(minutes int) time.Duration {
	asked := time.Duration(minutes) * time.Minute
	switch {
	case minutes <= 0:
		return Life
	case asked > Longest:
		return Shortened
	default:
		return asked
	}
}
