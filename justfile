# Plain go lines: nothing depends on just, it only saves typing.

# list the recipes
default:
    @just --list

# build the program into the current folder
build:
    go build ./daemon/cmd/pstsyncd

# two stores, a daemon, and changes that arrive
demo:
    go run ./daemon/cmd/pstsyncd demo

# all tests
test:
    go test ./...

# all tests under the race detector
race:
    go test -race ./...

# crash images, every failing operation, and the program itself interrupted, such as `just crash 200000 7`
crash images="100000" seed="0" rounds="4":
    go test -count=1 -v -timeout 60m -run 'TestCrash$|TestFault$|TestJournal|TestRecovery' ./syncjob/pst -images {{images}} -seed {{seed}}
    go test -count=1 -v -timeout 60m -run Interrupt ./daemon/cmd/pstsyncd -rounds {{rounds}} -seed {{seed}}
    go test -count=1 -run 'Crash|Fault|Torn|Recover|Kill' ./syncjob ./syncjob/vfs/... ./syncjob/pst/internal/ndb

# tests with the outside readers, which must be there, and at the end the table of what each reads of what the engine writes
interop:
    PSTSYNCD_REQUIRE_READERS=1 go test -run 'Interop|Readers|Real' -skip Interop_Matrix ./...
    PSTSYNCD_REQUIRE_READERS=1 go test -v -timeout 60m -run Interop_Matrix ./syncjob/pst/psttest -matrix

# the program broken on purpose, one place at a time, and whether a test notices, such as `just mutants sync`
mutants name="":
    go run ./syncjob/internal/mutants -only '{{name}}'

# each fuzz target with so many inputs, such as `just fuzz 100000`
fuzz inputs="50000":
    PSTSYNCD_FUZZINPUTS={{inputs}} .ci/run fuzz

# the checker on stores of 10 GB and of a million messages, which are made as they are read
large:
    go test ./syncjob/pst/internal/check -v -run Large -large

# stores of 100,000 items and of all sizes in between, and what they cost
sizes:
    go test ./syncjob ./syncjob/pst -v -timeout 30m -run 'DeepTrees|Growth|costAt10GB|Edit_cost|spaceIsReused|PutName|LargeValue' -huge
    go test ./syncjob ./syncjob/pst -timeout 60m -run '^$' -bench 'OneChange|FirstSync|Create' -benchtime 3x -huge

# benchmarks: time, bytes read, bytes written, fsyncs
bench:
    go test -run '^$' -bench . -benchmem ./...

# vet for each platform, and the formatting
lint:
    gofmt -l .
    go vet ./...
    GOOS=windows go vet ./...
    GOOS=darwin go vet ./...

# build for each platform
cross:
    GOOS=windows go build ./...
    GOOS=darwin go build ./...
    GOOS=linux go build ./...

# test coverage by package
cover:
    go test -cover ./...

# everything that the build server runs
ci:
    .ci/run
