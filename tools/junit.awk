# Sums meson's testlog.junit.xml: prints "passed failed skipped".
function attribute(name,    at, rest)
{
    at = index($0, " " name "=\"")
    if (!at) return 0
    rest = substr($0, at + length(name) + 3)
    return substr(rest, 1, index(rest, "\"") - 1) + 0
}
/<testsuite / {
    bad = attribute("failures") + attribute("errors")
    failed += bad
    skipped += attribute("skipped")
    passed += attribute("tests") - bad - attribute("skipped")
}
END { printf "%d %d %d\n", passed, failed, skipped }
