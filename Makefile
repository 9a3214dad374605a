# For those who stay: `make help`. The work is done by Meson; builds lie in build/.
.POSIX:
SHELL = /bin/sh
NINJA = ninja
SECONDS = 60

all: build/release/build.ninja
	$(NINJA) -C build/release

test: build/debug/build.ninja
	$(NINJA) -C build/debug
	meson test -C build/debug --no-rebuild

asan: build/asan/build.ninja
	$(NINJA) -C build/asan
	meson test -C build/asan --no-rebuild

tsan:
	./check tsan

check:
	./check

# make fuzz T=fuzz_json SECONDS=600: the corpus grows in build/fuzz/corpus, the seeds stay as they are.
fuzz: build/fuzz/build.ninja
	@test -n "$(T)" || { echo 'make fuzz T=NAME; there are:'; ls tests/fuzz/fuzz_*.c | sed 's/.*fuzz\/\(.*\)\.c/    \1/'; exit 2; }
	$(NINJA) -C build/fuzz tests/$(T)
	mkdir -p build/fuzz/corpus/$(T) build/fuzz/found
	build/fuzz/tests/$(T) -max_total_time=$(SECONDS) -timeout=25 -rss_limit_mb=3000 -artifact_prefix=build/fuzz/found/ \
		$$(d=tests/fuzz/dict/$(T).dict; test -f $$d && echo -dict=$$d) \
		build/fuzz/corpus/$(T) tests/fuzz/corpus/$$(echo $(T) | sed 's/^fuzz_//')

bench: build/release-bench/build.ninja
	$(NINJA) -C build/release-bench
	tools/bench.sh build/release-bench

fmt:
	find src include tests bench demo -name '*.[ch]' | xargs clang-format -i

run:
	./run

clean:
	rm -rf build

help:
	@echo 'make          the release build (build/release)'
	@echo 'make test     the tests, without sanitizers'
	@echo 'make asan     the tests, with address and undefined-behaviour sanitizers'
	@echo 'make tsan     the tests of what has threads, with the thread sanitizer'
	@echo 'make fuzz T=fuzz_json [SECONDS=60]'
	@echo 'make bench    the benchmarks'
	@echo 'make fmt      clang-format over everything'
	@echo 'make check    what ./check does: everything'
	@echo 'make run      the demo'

build/release/build.ninja:
	. tools/lib.sh; configure build/release -Dbuildtype=release -Dtests=false -Dbench=false
build/release-bench/build.ninja:
	. tools/lib.sh; configure build/release-bench -Dbuildtype=release -Dtests=false -Dbench=true
build/debug/build.ninja:
	. tools/lib.sh; configure build/debug -Dbuildtype=debugoptimized
build/asan/build.ninja:
	. tools/lib.sh; configure build/asan -Db_sanitize=address,undefined -Dbuildtype=debugoptimized -Db_lundef=false
build/fuzz/build.ninja:
	. tools/lib.sh; CC=clang CXX=clang++ configure build/fuzz -Dfuzz=true -Db_sanitize=address,undefined \
		-Dbuildtype=debugoptimized -Db_lundef=false -Ddemo=false -Dbench=false

.PHONY: all test asan tsan check fuzz bench fmt run clean help
