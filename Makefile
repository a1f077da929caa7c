.PHONY: setup run test lint bench clean

setup: ; @bin/setup
run:   ; @bin/run
test:  ; @bin/test
lint:  ; @bin/lint
bench: ; @bin/bench
clean: ; @bin/clean
