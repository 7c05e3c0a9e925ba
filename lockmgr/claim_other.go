//go:build !linux && !darwin && !freebsd && !windows

package lockmgr

import (
	"errors"
	"os"
)

const replaceable = false

func open(string, Mode) (*os.File, error)                { return nil, errors.ErrUnsupported }
func protect(*os.File, string, Mode) (Kind, bool, error) { return "", false, errors.ErrUnsupported }
func unprotect(*os.File)                                 {}
func leaseBroken(*os.File) bool                          { return false }

func isBusy(error) bool        { return false }
func isMissing(error) bool     { return false }
func isReadOnly(error) bool    { return false }
func isUnreachable(error) bool { return false }
