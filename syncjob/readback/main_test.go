package readback_test

import (
	"os"
	"testing"

	"pstsyncd/syncjob/readback"
)

func TestMain(m *testing.M) {
	readback.RunIfChild()
	os.Exit(m.Run())
}
