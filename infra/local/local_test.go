package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	demodata "partnercenter/events/demo"
	"partnercenter/infra/local/cloud"
)

// binary builds the command once for a test.
func binary(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "local")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return path
}

// started starts a local cloud and waits for its ready file.
func started(t *testing.T, path, folder, seed string) (*exec.Cmd, ready) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ready")
	cmd := exec.Command(path, "-seed", seed, "-addr", "127.0.0.1:0", "-data", folder, "-ready-file", file, "-clock", "2026-12-01T00:00:00+08:00")
	cmd.Stdout, cmd.Stderr = io.Discard, os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	var r ready
	for range 3000 { // other tests may have the machine
		text, err := os.ReadFile(file)
		if err == nil && json.Unmarshal(text, &r) == nil {
			return cmd, r
		}
		if !running(cmd.Process.Pid) {
			t.Fatal("the local cloud ended before it was ready")
		}
		<-time.After(100 * time.Millisecond)
	}
	t.Fatal("the ready file did not come within five minutes")
	return nil, r
}

func call(t *testing.T, url, body string) (int, string) {
	t.Helper()
	answer, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

func TestALocalCloudStartsOnceMovesItsClockAndLeavesNothingBehind(t *testing.T) {
	path, folder := binary(t), t.TempDir()
	first, r := started(t, path, folder, "none")
	if len(r.Principals) != 1 || r.Principals[0].Kind != "vendor" || r.Principals[0].Token == "" || r.Table != cloud.TableName {
		t.Errorf("the ready file says %+v", r)
	}
	if status, body := call(t, r.API+"/v2/nothing", "{}"); status != http.StatusNotFound || !strings.Contains(body, `"error_code":"APIG.0101"`) {
		t.Errorf("a path that nobody has answers %d %s", status, body)
	}
	if status, body := call(t, r.API+"/local/clock", `{"advance":"P7D"}`); status != http.StatusOK || !strings.Contains(body, "2026-12-07T16:00") {
		t.Errorf("the clock answers %d %s", status, body)
	}
	for _, bad := range []string{`{"advance":"P1M"}`, `{"now":"2026-01-01T00:00:00Z"}`, `{}`, `{"advance":"P1D","more":1}`} {
		if status, body := call(t, r.API+"/local/clock", bad); status != http.StatusBadRequest {
			t.Errorf("%s answers %d %s", bad, status, body)
		}
	}

	second := exec.Command(path, "-seed", "none", "-addr", "127.0.0.1:0", "-data", folder)
	if out, err := second.CombinedOutput(); err == nil || !strings.Contains(string(out), strings.TrimPrefix(r.API, "http://")) {
		t.Errorf("a second start says %v %s, want the address of the first, %s", err, out, r.API)
	}

	pids := emulators(t, folder)
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = first.Wait()
	again, _ := started(t, path, folder, "none")
	for _, pid := range pids {
		if running(pid) {
			t.Errorf("process %d outlived the cloud that was killed and the next start", pid)
		}
	}
	pids = emulators(t, folder)
	if err := again.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := again.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
	for _, pid := range pids {
		if running(pid) {
			t.Errorf("process %d is left running", pid)
		}
	}
}

// emulators gives the process ids that a cloud has written down.
func emulators(t *testing.T, folder string) []int {
	t.Helper()
	var pids []int
	for _, p := range readState(folder).Processes {
		pids = append(pids, p.PID)
	}
	if len(pids) != 3 {
		t.Errorf("%d emulators are written down, want 3", len(pids))
	}
	return pids
}

// running reports whether a process is there and has not ended: one that has ended may wait for its parent to notice.
func running(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return syscall.Kill(pid, 0) == nil && runtime.GOOS != "linux"
	}
	state := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])[0]
	return string(state) != "Z"
}

func TestTheDemoGoesFromConsumptionToTheLinkOfAnInvoiceList(t *testing.T) {
	cmd := exec.Command(binary(t), "-seed", "demo", "-demo", "P1D", "-addr", "127.0.0.1:0", "-data", t.TempDir())
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	wanted := []string{
		"All of it holds.", "accounts reconcile before and after", "November's bill: 998 lines imported, 1 refused", "17472.80 yuan of performance in the slip and in the statements",
		"applied for by bank transfer", "/links/",
	}
	said := ""
	for lines := bufio.NewScanner(out); lines.Scan(); {
		said += lines.Text() + "\n"
		if strings.Contains(lines.Text(), "/links/") {
			break
		}
	}
	at := 0
	for _, text := range wanted {
		found := strings.Index(said[at:], text)
		if found < 0 {
			t.Fatalf("it does not say %q, in this order: %s", text, said)
		}
		at += found
	}
	page, err := http.Get(strings.TrimSpace(said[strings.LastIndex(said, "http"):]))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = page.Body.Close() }()
	text, err := io.ReadAll(page.Body)
	if err != nil || page.StatusCode != http.StatusOK || !strings.Contains(string(text), "84.60") {
		t.Errorf("the link shows %s %.300s, %v", page.Status, text, err)
	}
}

func TestTheLogsOfARunTellNoSecretNoTokenAndNoPhoneNumber(t *testing.T) {
	folder := t.TempDir()
	_, r := started(t, binary(t), folder, "demo")
	for _, move := range []string{`{"advance":"P1D"}`, `{"advance":"P2D","outage":true}`, `{"advance":"P2D"}`} {
		if status, body := call(t, r.API+"/local/clock", move); status != http.StatusOK {
			t.Fatalf("%s answers %d %s", move, status, body)
		}
	}
	log, err := os.ReadFile(filepath.Join(folder, "log.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, proof := range []string{"RenewalsPaid", "DigestsSent", "ImportSubscriptions"} {
		if !bytes.Contains(log, []byte(proof)) {
			t.Errorf("the run logged no %s, and proves nothing", proof)
		}
	}
	secrets := map[string]string{"/links/": "a link", "/l/": "a short link"}
	for _, p := range r.Principals {
		secrets[p.SK], secrets[p.Token] = "a secret key", "a token"
	}
	rows, err := csv.NewReader(bytes.NewReader(demodata.Customers)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		secrets[row[5]] = "a phone number"
	}
	for secret, what := range secrets {
		if bytes.Contains(log, []byte(secret)) {
			t.Errorf("the log tells %s: %q", what, secret)
		}
	}
	for line := range bytes.Lines(log) {
		var fields map[string]any
		if err := json.Unmarshal(line, &fields); err != nil || fields["msg"] == nil {
			t.Fatalf("a log line that is none: %s", line)
		}
		if fields["outcome"] == "error" {
			t.Errorf("an invocation failed: %.400s", line)
		}
	}
}
