package watch

import (
	"errors"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const second = time.Second

func TestScene_OneWriteSettlesAfterTheQuietPeriod(t *testing.T) {
	play(t, Options{}, false, func(s *scene) {
		s.sys.write(s.path, 2)
		s.event(fsnotify.Write)
		s.signalAfter(2*second, Changed)
		s.silentFor(10 * time.Minute)
	})
}

func TestScene_EveryWriteStartsTheQuietPeriodAgain(t *testing.T) {
	play(t, Options{}, false, func(s *scene) {
		for v := byte(2); v < 7; v++ {
			s.sys.write(s.path, v)
			s.event(fsnotify.Write)
			time.Sleep(1500 * time.Millisecond)
		}
		s.signalAfter(500*time.Millisecond, Changed)
	})
}

func TestScene_AWriterThatNeverPausesMeetsTheCeiling(t *testing.T) {
	play(t, Options{}, false, func(s *scene) {
		start := time.Now()
		stop := make(chan struct{})
		go func() {
			for v := byte(2); ; v++ {
				select {
				case <-stop:
					return
				case <-time.After(second):
					s.sys.write(s.path, v)
					s.event(fsnotify.Write)
				}
			}
		}()
		got := <-s.Signals()
		assert.Equal(t, 31*second, got.Settled.Sub(start))
		assert.Equal(t, 30*second, got.Settled.Sub(got.First))
		got = <-s.Signals()
		assert.LessOrEqual(t, got.Settled.Sub(start), 63*second, "and again")
		close(stop)
		synctest.Wait()
	})
}

func TestScene_OurOwnCommitGivesNoSignal(t *testing.T) {
	play(t, Options{}, false, func(s *scene) {
		s.Hold(s.path)
		s.sys.write(s.path, 2)
		s.event(fsnotify.Write)
		s.Known(s.path, version(2))
		s.Resume(s.path)
		s.event(fsnotify.Write) // delivered late
		s.silentFor(10 * time.Minute)
	})
}

func TestScene_AForeignWriteRightAfterOurCommitIsSignalled(t *testing.T) {
	play(t, Options{}, false, func(s *scene) {
		s.Hold(s.path)
		s.sys.write(s.path, 2)
		s.Known(s.path, version(2))
		s.sys.write(s.path, 3) // between the release of the claim and Resume, its event swallowed
		s.Resume(s.path)
		s.signalAfter(2*second, Changed)
	})
}

func TestScene_AHeldFileIsNotOpened(t *testing.T) {
	play(t, Options{Mode: Poll}, true, func(s *scene) {
		s.Hold(s.path)
		before := s.sys.opened()
		s.sys.write(s.path, 2)
		s.silentFor(10 * time.Minute)
		require.Equal(t, before, s.sys.opened())
		s.Resume(s.path)
		s.signalAfter(2*second, Changed)
	})
}

func TestScene_KnownTakesBackASignalThatNobodyHasRead(t *testing.T) {
	play(t, Options{}, false, func(s *scene) {
		s.sys.write(s.path, 2)
		s.event(fsnotify.Write)
		time.Sleep(5 * second)
		s.Hold(s.path)
		s.Known(s.path, version(2))
		s.Resume(s.path)
		s.silentFor(10 * time.Minute)
	})
}

func TestScene_SignalsForASlowReaderBecomeOne(t *testing.T) {
	play(t, Options{}, false, func(s *scene) {
		start := time.Now()
		for v := byte(2); v < 5; v++ {
			s.sys.write(s.path, v)
			s.event(fsnotify.Write)
			time.Sleep(10 * second)
		}
		got := <-s.Signals()
		assert.Equal(t, start, got.First)
		assert.Equal(t, start.Add(22*second), got.Settled)
		s.silentFor(10 * time.Minute)
	})
}

func TestScene_WritesThatLeaveTheHeaderAloneGiveNoSignal(t *testing.T) {
	play(t, Options{}, false, func(s *scene) {
		s.sys.write(s.path, 1)
		s.event(fsnotify.Write)
		s.silentFor(10 * time.Minute)
	})
}

func TestScene_AttributeChangesAreNoActivity(t *testing.T) {
	play(t, Options{}, false, func(s *scene) {
		before := s.sys.opened()
		s.event(fsnotify.Chmod)
		s.silentFor(20 * second)
		require.Equal(t, before, s.sys.opened())
	})
}

func TestScene_OtherNamesInTheFolderAreIgnored(t *testing.T) {
	play(t, Options{}, false, func(s *scene) {
		before := s.sys.opened()
		for _, name := range []string{"common.pst.pstsyncd-lock", "common.pst.pstsyncd-journal", "common.pst~", "x-common.pst"} {
			s.notify.ev <- fsnotify.Event{Name: filepath.Join(filepath.Dir(s.path), name), Op: fsnotify.Write}
		}
		s.silentFor(20 * second)
		require.Equal(t, before, s.sys.opened())
	})
}

func TestScene_MappedWritesAreFoundByTheSafetyPoll(t *testing.T) {
	play(t, Options{}, false, func(s *scene) {
		s.sys.write(s.path, 1)
		time.Sleep(10 * second)
		s.sys.write(s.path, 2) // no event
		s.signalAfter(22*second, Changed)
	})
}

func TestScene_SharesArePolled(t *testing.T) {
	play(t, Options{}, true, func(s *scene) {
		s.sys.write(s.path, 2) // no event
		s.signalAfter(4*second, Changed)
	})
}

func TestScene_AWriterFoundByPollingMustPauseToo(t *testing.T) {
	play(t, Options{Mode: Poll}, false, func(s *scene) {
		for v := byte(2); v < 7; v++ {
			s.sys.write(s.path, v)
			time.Sleep(2 * second)
		}
		s.signalAfter(2*second, Changed)
	})
}

func TestScene_OnAShareWithAFrozenTimeTheHeaderIsReadNowAndThen(t *testing.T) {
	play(t, Options{}, true, func(s *scene) {
		frozen, err := s.sys.stamp(s.path)
		require.NoError(t, err)
		s.sys.set(s.path, fakeFile{stamp: frozen, token: version(2)})
		s.signalAfter(32*second, Changed)
	})
}

func TestScene_AQuietShareIsHardlyEverOpened(t *testing.T) {
	play(t, Options{}, true, func(s *scene) {
		before := s.sys.opened()
		s.silentFor(time.Hour)
		require.LessOrEqual(t, s.sys.opened()-before, 120)
	})
}

func TestScene_ALocalFileIsNeverOpenedWithoutASign(t *testing.T) {
	play(t, Options{}, false, func(s *scene) {
		before := s.sys.opened()
		s.silentFor(time.Hour)
		require.Equal(t, before, s.sys.opened())
	})
}

func TestScene_RenameReplaceIsAChange(t *testing.T) {
	play(t, Options{}, false, func(s *scene) {
		s.sys.remove(s.path)
		s.event(fsnotify.Remove)
		time.Sleep(second)
		s.sys.write(s.path, 2)
		s.event(fsnotify.Create)
		s.signalAfter(2*second, Changed)
	})
}

func TestScene_AnIdenticalReplacementIsNoChange(t *testing.T) {
	play(t, Options{}, false, func(s *scene) {
		s.sys.remove(s.path)
		s.event(fsnotify.Rename)
		time.Sleep(second)
		s.sys.write(s.path, 1)
		s.event(fsnotify.Create)
		s.silentFor(10 * time.Minute)
	})
}

func TestScene_DeletedAndMadeAgain(t *testing.T) {
	play(t, Options{}, false, func(s *scene) {
		s.sys.remove(s.path)
		s.event(fsnotify.Remove)
		s.signalAfter(2*second, Vanished)
		s.silentFor(61 * second)
		s.sys.write(s.path, 1)
		s.event(fsnotify.Create)
		s.signalAfter(2*second, Appeared)
	})
}

func TestScene_AMissingFolderIsLookedForAndThenWatched(t *testing.T) {
	play(t, Options{}, false, func(s *scene) {
		dir := filepath.Dir(s.path)
		info := s.sys.folders[dir]
		s.sys.mu.Lock()
		delete(s.sys.folders, dir)
		s.sys.mu.Unlock()
		s.sys.remove(s.path)
		s.notify.ev <- fsnotify.Event{Name: dir, Op: fsnotify.Remove}
		s.signalAfter(2*second, Vanished)
		s.silentFor(61 * second)

		s.sys.mu.Lock()
		s.sys.folders[dir] = info
		s.sys.mu.Unlock()
		s.sys.write(s.path, 2)
		s.signalAfter(3*second, Appeared)
		require.Equal(t, 2, s.notify.adds(dir))
	})
}

func TestScene_AnOverflowMeansLookAgain(t *testing.T) {
	play(t, Options{}, false, func(s *scene) {
		s.sys.write(s.path, 2) // its event is lost
		s.notify.er <- fsnotify.ErrEventOverflow
		s.signalAfter(2*second, Changed)
		s.notify.er <- fsnotify.ErrEventOverflow
		s.silentFor(10 * time.Minute)
	})
}

func TestScene_AFailedEventSourceIsArmedAgain(t *testing.T) {
	play(t, Options{}, false, func(s *scene) {
		s.notify.er <- errors.New("directory handle lost")
		s.silentFor(10 * second)
		require.Equal(t, 2, s.notify.adds(filepath.Dir(s.path)))
	})
}

func TestScene_AStoreThatCannotBeOpenedIsSignalledWhenItWasWritten(t *testing.T) {
	play(t, Options{}, false, func(s *scene) {
		held := fakeFile{stamp: stamp{exists: true, size: 2000, modified: 1}, err: errHeld}
		s.sys.set(s.path, held)
		s.event(fsnotify.Write)
		s.signalAfter(2*second, Locked)
		s.silentFor(time.Hour)
		held.err, held.token = nil, version(2)
		s.sys.set(s.path, held)
		s.event(fsnotify.Write)
		s.signalAfter(2*second, Changed)
	})
}

func TestScene_AClaimThatFailedLeavesNoTrace(t *testing.T) {
	play(t, Options{}, true, func(s *scene) {
		s.sys.mu.Lock()
		f := s.sys.files[s.path]
		f.err = errHeld
		s.sys.files[s.path] = f
		s.sys.mu.Unlock()
		for range 100 {
			s.Hold(s.path)
			time.Sleep(time.Millisecond)
			s.Resume(s.path)
			s.silentFor(5 * second)
		}
	})
}

func TestScene_AHolderThatLetsGoUnchangedGivesNoSignal(t *testing.T) {
	play(t, Options{}, true, func(s *scene) {
		s.sys.mu.Lock()
		f := s.sys.files[s.path]
		f.err = errHeld
		s.sys.files[s.path] = f
		s.sys.mu.Unlock()
		s.silentFor(5 * time.Minute)
		f.err = nil
		s.sys.set(s.path, f)
		s.silentFor(5 * time.Minute)
	})
}

func TestScene_EventsModeDoesNotPollAShare(t *testing.T) {
	play(t, Options{Mode: Events}, true, func(s *scene) {
		s.sys.write(s.path, 2) // no event
		s.signalAfter(32*second, Changed)
	})
}
