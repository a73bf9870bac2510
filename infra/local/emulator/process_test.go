package emulator

import (
	"bufio"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// parentEnv makes the test binary a parent that starts a child, says its number, and waits to be killed.
const parentEnv = "EMULATOR_TEST_PARENT"

func TestMain(m *testing.M) {
	if os.Getenv(parentEnv) != "" {
		c, err := spawn(exec.Command("sleep", "600"))
		if err != nil {
			panic(err)
		}
		_, _ = os.Stdout.WriteString(strconv.Itoa(c.PID) + "\n")
		<-c.ended
		return
	}
	os.Exit(m.Run())
}

// orphan starts a process that nothing but its number ties to us.
func orphan(t *testing.T) Process {
	t.Helper()
	cmd := exec.Command("sleep", "600")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = cmd.Wait() }()
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return Process{PID: cmd.Process.Pid, Began: began(cmd.Process.Pid)}
}

func TestAnOrphanIsEndedByTheNextStart(t *testing.T) {
	left := orphan(t)
	if !left.runs() {
		t.Fatal("it does not run")
	}
	EndOrphans([]Process{left})
	if left.runs() {
		t.Errorf("process %d still runs", left.PID)
	}
}

func TestAnotherProcessOfAnOrphansNumberIsLeftAlone(t *testing.T) {
	other := orphan(t)
	EndOrphans([]Process{{PID: other.PID, Began: other.Began + "0"}, {PID: other.PID}})
	if !other.runs() {
		t.Errorf("process %d was ended, though it began at another time", other.PID)
	}
}

func TestAChildThatDoesNotListenIsEndedAllTheSame(t *testing.T) {
	c, err := spawn(exec.Command("sh", "-c", "trap '' TERM; echo; while :; do sleep 1; done"))
	if err != nil {
		t.Fatal(err)
	}
	c.terminate()
	c.await()
	if c.runs() {
		t.Errorf("process %d still runs", c.PID)
	}
}

func TestAChildDiesWithItsParent(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("only Linux tells children of their parent's death")
	}
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), parentEnv+"=1")
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	child := Process{PID: pid, Began: began(pid)}
	if !child.runs() {
		t.Fatalf("child %d does not run", pid)
	}
	_ = parent.Process.Kill()
	_ = parent.Wait() // killed
	for late := time.After(endWithin); child.runs(); {
		select {
		case <-late:
			t.Fatalf("child %d outlives its parent", pid)
		case <-time.After(lookEvery):
		}
	}
}
