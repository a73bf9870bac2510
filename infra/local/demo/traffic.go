package demo

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
)

// traffic is what the functions' log lines sum to.
type traffic struct {
	invocations, failed int
	wcu, rcu            float64
	metrics             map[string]float64
}

const longestLine = 1 << 20

// readLog sums up the functions' log lines.
func readLog(path string) (traffic, error) {
	t := traffic{metrics: map[string]float64{}}
	file, err := os.Open(path)
	if err != nil {
		return t, err
	}
	defer func() { _ = file.Close() }()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, longestLine)
	for lines.Scan() {
		var line map[string]any
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			return t, fmt.Errorf("the log has a line that is no JSON: %w", err)
		}
		t.add(line)
	}
	return t, lines.Err()
}

func (t *traffic) add(line map[string]any) {
	if line["msg"] != "invocation" {
		return
	}
	t.invocations++
	if line["outcome"] == "error" {
		t.failed++
	}
	for name, value := range line {
		if n, ok := value.(float64); ok {
			t.metrics[name] += n
		}
	}
	t.wcu, t.rcu = t.metrics["WriteUnits"], t.metrics["ReadUnits"]
	if n, ok := line["WorkFailed"].(float64); ok {
		t.failed += int(n)
	}
}

// mails is what the inbox holds.
type mails struct {
	sent, reminders int
	byMessage       map[string]int // by the message's own id
}

// readInbox reads the SES emulator's store.
func readInbox(ctx context.Context, url string) (mails, error) {
	m := mails{byMessage: map[string]int{}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/store", http.NoBody)
	if err != nil {
		return m, err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return m, err
	}
	defer func() { _ = answer.Body.Close() }()
	var store struct {
		Emails []struct {
			Subject     string                      `json:"subject"`
			Body        struct{ HTML, Text string } `json:"body"`
			Destination struct{ To []string }       `json:"destination"`
		} `json:"emails"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&store); err != nil {
		return m, err
	}
	for _, mail := range store.Emails {
		m.sent++
		m.byMessage[strings.Join(mail.Destination.To, ",")+" "+mail.Body.Text]++
		if strings.Contains(mail.Body.Text, "即将到期") || strings.Contains(mail.Body.Text, "xpir") {
			m.reminders++
		}
	}
	return m, nil
}

// breaches lists the mails that somebody got twice.
func (m mails) breaches() []error {
	var twice []error
	for message, n := range m.byMessage {
		if n > 1 {
			twice = append(twice, fmt.Errorf("sent %d times: %.80q", n, message))
		}
	}
	return twice
}
