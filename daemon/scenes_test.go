package daemon

import (
	"context"
	"errors"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/lockmgr"
	"pstsyncd/watch"
)

func TestScene_StartsWithAJob(t *testing.T) {
	play(t, func(s *scene) {
		s.start()
		assert.Equal(t, 1, s.job.count())
		assert.False(t, s.marks.dirty())
		assert.Equal(t, []string{`msg=synced job=1 trigger=start added=0 changed=0 deleted=0 conflicts=0 wait=0s took=0s`}, s.log.lines())
		s.pass(24 * time.Hour)
		assert.Equal(t, 1, s.job.count())
	})
}

func TestScene_OneLineForEachJob(t *testing.T) {
	play(t, func(s *scene) {
		s.start()
		s.script(func(int, context.Context, *lockmgr.Pair) (Result, error) {
			time.Sleep(84 * time.Millisecond)
			return Result{Added: 1, Changed: 2, Held: 3, Unverified: 4}, nil
		})
		s.signal(s.common, watch.Changed)
		s.pass(time.Second)
		assert.Equal(t, `msg=synced job=2 trigger=common.pst added=1 changed=2 deleted=0 conflicts=0 held=3 unverified=4 wait=2s took=84ms`,
			s.log.lines()[1])
		assert.Len(t, s.log.lines(), 2)
	})
}

func TestScene_TheJobHasBothStoresToItself(t *testing.T) {
	play(t, func(s *scene) {
		s.script(func(_ int, _ context.Context, pair *lockmgr.Pair) (Result, error) {
			assert.Equal(t, s.common, pair.Common.Path())
			assert.Equal(t, s.local, pair.Local.Path())
			assert.Equal(t, 2, s.watch.holds(), "the watcher keeps its hands off")
			assert.True(t, s.marks.dirty())
			_, err := lockmgr.AcquirePair(s.t.Context(), s.common, s.local)
			assert.ErrorIs(t, err, lockmgr.ErrBusy)
			return Result{}, nil
		})
		s.start()
		assert.Equal(t, 1, s.job.count())
		assert.Zero(t, s.watch.holds())
		p, err := lockmgr.AcquirePair(s.t.Context(), s.common, s.local)
		require.NoError(t, err)
		require.NoError(t, p.Release())
	})
}

func TestScene_WhatTheJobLeavesBehindIsKnown(t *testing.T) {
	for _, outcome := range []error{nil, errRetry} {
		play(t, func(s *scene) {
			s.script(func(_ int, _ context.Context, pair *lockmgr.Pair) (Result, error) {
				_, err := pair.Local.File().WriteAt([]byte("x"), 2)
				assert.NoError(t, err)
				return Result{}, outcome
			})
			s.start()
			for _, path := range []string{s.common, s.local} {
				want, err := watch.ReadToken(path)
				require.NoError(t, err)
				assert.Equal(t, want, s.watch.known[path])
			}
		})
	}
}

func TestScene_ChangesDuringAJobMakeOneMore(t *testing.T) {
	play(t, func(s *scene) {
		s.script(func(run int, _ context.Context, _ *lockmgr.Pair) (Result, error) {
			time.Sleep(time.Minute)
			return Result{}, nil
		})
		s.start()
		s.signal(s.local, watch.Changed)
		s.signal(s.common, watch.Changed)
		s.signal(s.local, watch.Changed)
		assert.Equal(t, 1, s.job.count())
		s.pass(time.Minute)
		assert.Equal(t, 2, s.job.count())
		assert.True(t, s.marks.dirty(), "the first job did not see the changes")
		s.pass(time.Minute)
		assert.Equal(t, 2, s.job.count())
		assert.False(t, s.marks.dirty())
		require.Len(t, s.log.lines(), 2)
		assert.Contains(t, s.log.lines()[1], "trigger=outlook.pst+common.pst")
	})
}

func TestScene_ABusyStoreIsLoggedOnceEachWay(t *testing.T) {
	play(t, func(s *scene) {
		held, err := lockmgr.Acquire(s.t.Context(), s.local, lockmgr.Write)
		require.NoError(t, err)
		s.start()
		s.pass(5 * time.Minute)
		assert.Zero(t, s.job.count())
		assert.True(t, s.marks.dirty())
		require.NoError(t, held.Release())
		s.pass(10 * time.Second)
		require.Equal(t, 1, s.job.count())
		require.Len(t, s.log.lines(), 3)
		assert.Contains(t, s.log.lines()[0], `msg="store is busy, waiting" path=`+s.local+` holder=`)
		assert.Regexp(t, `^msg="store is free" path=\S+ waited=5m\S+$`, s.log.lines()[1])
		assert.Regexp(t, `^msg=synced job=1 trigger=start .* wait=5m\S+ took=0s$`, s.log.lines()[2])
	})
}

func TestScene_AChangeCutsAPauseShort(t *testing.T) {
	for _, tc := range []struct {
		reason watch.Reason
		runs   int
	}{
		{watch.Changed, 1}, {watch.Appeared, 1}, {watch.Locked, 0}, {watch.Vanished, 0},
	} {
		t.Run(string(tc.reason), func(t *testing.T) {
			play(t, func(s *scene) {
				held, err := lockmgr.Acquire(s.t.Context(), s.local, lockmgr.Write)
				require.NoError(t, err)
				s.start()
				s.pass(5 * time.Minute)
				require.NoError(t, held.Release())
				s.signal(s.local, tc.reason)
				assert.Equal(t, tc.runs, s.job.count())
				s.pass(10 * time.Second)
				assert.Equal(t, 1, s.job.count())
			})
		})
	}
}

func TestScene_RetryGoesOnUntilItSucceeds(t *testing.T) {
	play(t, func(s *scene) {
		s.script(func(run int, _ context.Context, _ *lockmgr.Pair) (Result, error) {
			if run < 20 {
				return Result{}, errRetry
			}
			return Result{Added: 1}, nil
		})
		s.start()
		s.pass(time.Hour)
		assert.Equal(t, 20, s.job.count())
		assert.False(t, s.marks.dirty())
		require.Len(t, s.log.lines(), 2)
		assert.Equal(t, `msg="cannot work now, will try again" err="no space left"`, s.log.lines()[0])
		assert.Contains(t, s.log.lines()[1], "job=20 trigger=start added=1")
	})
}

func TestScene_HaltIsSaidOnceAndWaitsForAPerson(t *testing.T) {
	play(t, func(s *scene) {
		s.failWith(errHalt)
		s.start()
		s.pass(9 * time.Minute)
		assert.Equal(t, 1, s.job.count())
		s.pass(5 * time.Hour)
		assert.Equal(t, []string{`msg="halted, a person has to act" job=1 trigger=start err="would delete 30 items"`}, s.log.lines())
		assert.True(t, s.marks.dirty())

		runs := s.job.count()
		s.signal(s.common, watch.Changed)
		assert.Equal(t, runs+1, s.job.count(), "a change is a reason to try")
		s.failWith(nil) // approved
		s.pass(10 * time.Minute)
		assert.Contains(t, s.log.lines()[1], "msg=synced")
		assert.False(t, s.marks.dirty())
	})
}

func TestScene_BrokenIsNotTriedAgainBeforeTheFileChanges(t *testing.T) {
	play(t, func(s *scene) {
		s.failWith(errBroken)
		s.start()
		s.pass(24 * time.Hour)
		assert.Equal(t, 1, s.job.count())
		assert.Equal(t, []string{`msg="a store cannot be used, waiting for it to change" job=1 trigger=start err="header is damaged"`}, s.log.lines())
		s.failWith(nil)
		s.signal(s.common, watch.Changed)
		assert.Equal(t, 2, s.job.count())
		assert.Contains(t, s.log.lines()[1], "trigger=start+common.pst")
	})
}

func TestScene_AMissingStoreIsAwaited(t *testing.T) {
	play(t, func(s *scene) {
		require.NoError(t, os.Remove(s.common))
		s.start()
		s.pass(time.Hour)
		require.Len(t, s.log.lines(), 1)
		assert.Contains(t, s.log.lines()[0], "common.pst is missing")
		assert.Contains(t, s.log.lines()[0], "hint=")
		require.NoError(t, os.WriteFile(s.common, []byte("!BDN"), 0o600))
		s.signal(s.common, watch.Appeared)
		assert.Equal(t, 1, s.job.count())
	})
}

func TestScene_AReadOnlyStoreHalts(t *testing.T) {
	play(t, func(s *scene) {
		require.NoError(t, os.Chmod(s.local, 0o444))
		s.start()
		s.pass(time.Hour)
		require.Len(t, s.log.lines(), 1)
		assert.Contains(t, s.log.lines()[0], "outlook.pst is marked read-only")
		assert.Contains(t, s.log.lines()[0], "hint=")
		require.NoError(t, os.Chmod(s.local, 0o600))
		s.pass(10 * time.Minute)
		assert.Equal(t, 1, s.job.count())
	})
}

func TestScene_ADisappearedStoreIsSaid(t *testing.T) {
	play(t, func(s *scene) {
		s.start()
		s.signal(s.common, watch.Vanished)
		assert.Equal(t, 1, s.job.count())
		assert.Equal(t, `msg="store has disappeared, waiting for it" path=`+s.common, s.log.lines()[1])
	})
}

func TestScene_WhatWasLeftUndoneIsSaidAtTheNextStart(t *testing.T) {
	play(t, func(s *scene) {
		_, err := s.marks.Mark("common.pst", time.Now())
		require.NoError(t, err)
		s.start()
		assert.Contains(t, s.log.lines()[0], `msg="catching up on a job that was not finished" trigger=common.pst`)
		assert.False(t, s.marks.dirty())
	})
}

func TestScene_MarksThatFailDoNotStopTheWork(t *testing.T) {
	play(t, func(s *scene) {
		s.marks.fail = errors.New("state is in use")
		s.start()
		assert.Equal(t, 1, s.job.count())
	})
}

func TestScene_StopWhenIdle(t *testing.T) {
	play(t, func(s *scene) {
		s.start()
		close(s.stop)
		require.NoError(t, <-s.ended)
	})
}

func TestScene_StopEndsAPause(t *testing.T) {
	play(t, func(s *scene) {
		s.failWith(errRetry)
		s.start()
		s.pass(time.Minute)
		close(s.stop)
		synctest.Wait()
		require.NoError(t, <-s.ended)
		assert.True(t, s.marks.dirty(), "the next start catches up")
	})
}

func TestScene_StopLetsTheJobFinish(t *testing.T) {
	play(t, func(s *scene) {
		s.script(func(_ int, ctx context.Context, _ *lockmgr.Pair) (Result, error) {
			time.Sleep(time.Minute)
			return Result{Added: 1}, ctx.Err()
		})
		s.start()
		s.signal(s.common, watch.Changed)
		close(s.stop)
		s.pass(30 * time.Second)
		require.Empty(t, s.ended)
		s.pass(30 * time.Second)
		require.NoError(t, <-s.ended)
		assert.Equal(t, 1, s.job.count(), "no further job is begun")
		assert.Equal(t, `msg="finishing the job in hand"`, s.log.lines()[0])
		assert.Contains(t, s.log.lines()[1], "msg=synced job=1")
		assert.True(t, s.marks.dirty(), "the change that came last is left for the next start")
	})
}

func TestScene_ASecondSignalAbandonsTheJob(t *testing.T) {
	play(t, func(s *scene) {
		s.script(func(_ int, ctx context.Context, _ *lockmgr.Pair) (Result, error) {
			<-ctx.Done()
			return Result{}, ctx.Err()
		})
		s.start()
		close(s.stop)
		s.pass(time.Minute)
		s.abort(ErrInterrupted)
		synctest.Wait()
		require.ErrorIs(t, <-s.ended, ErrInterrupted)
		assert.True(t, s.marks.dirty())
		p, err := lockmgr.AcquirePair(s.t.Context(), s.common, s.local)
		require.NoError(t, err, "the stores are free")
		require.NoError(t, p.Release())
	})
}

func TestScene_AJobThatDoesNotListenIsLeft(t *testing.T) {
	play(t, func(s *scene) {
		s.script(func(int, context.Context, *lockmgr.Pair) (Result, error) {
			time.Sleep(time.Hour) // a dead share
			return Result{}, nil
		})
		s.start()
		s.abort(ErrInterrupted)
		s.pass(abandonGrace)
		require.ErrorIs(t, <-s.ended, ErrInterrupted)
		s.pass(time.Hour)
	})
}
