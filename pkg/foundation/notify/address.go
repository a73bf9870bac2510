package notify

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Locale is a language that we write in.
type Locale string

// The languages.
const (
	Chinese Locale = "zh-CN"
	English Locale = "en-US"
)

// LocaleOf reads the name of a language. Whatever is not English is Chinese.
func LocaleOf(name string) Locale {
	if strings.HasPrefix(strings.ToLower(name), "en") {
		return English
	}
	return Chinese
}

// Address says where somebody is reached, and in which language. Empty fields are not known.
type Address struct {
	Email  string
	Mobile string
	Locale Locale
}

// hashOf names an address without telling it, and the same one however it is written.
func hashOf(address string) string {
	one := strings.ToLower(strings.TrimSpace(address))
	if !strings.Contains(one, "@") {
		one = E164(one)
	}
	sum := sha256.Sum256([]byte(one))
	return hex.EncodeToString(sum[:])
}

// E164 gives a phone number with its country code. One without is China's.
func E164(number string) string {
	digits := strings.NewReplacer(" ", "", "-", "").Replace(number)
	if strings.HasPrefix(digits, "+") {
		return digits
	}
	if international, ok := strings.CutPrefix(digits, "00"); ok {
		return "+" + international
	}
	return "+86" + digits
}

// MaskMobile gives a phone number as logs and pages may show it: its first three and last four characters. A number too short to
// hide anything that way is hidden whole.
func MaskMobile(number string) string {
	const head, tail = 3, 4
	if len(number) < head+tail+2 {
		return strings.Repeat("*", len(number))
	}
	return number[:head] + strings.Repeat("*", len(number)-head-tail) + number[len(number)-tail:]
}

// MaskEmail gives an address as logs and pages may show it: the first letter of the mailbox and the domain.
func MaskEmail(address string) string {
	mailbox, domain, ok := strings.Cut(address, "@")
	if !ok || mailbox == "" {
		return strings.Repeat("*", len(address))
	}
	first := string([]rune(mailbox)[:1])
	return first + "***@" + domain
}

// Masking gives an error whose text shows an address as logs may, for services repeat in an answer what they were given. It wraps the one that it
// was.
func Masking(err error, address string) error {
	if err == nil || address == "" {
		return err
	}
	mask := MaskMobile
	if strings.Contains(address, "@") {
		mask = MaskEmail
	}
	return masking{err, strings.ReplaceAll(err.Error(), address, mask(address))}
}

type masking struct {
	error
	text string
}

// Error gives the text with the address masked.
func (m masking) Error() string { return m.text }

// Unwrap gives the error whose text it is.
func (m masking) Unwrap() error { return m.error }
