# shellcheck shell=bash
# Sourced by the scripts beside it that run a server of another release of Debian than this
# machine's. Its packages are in $home, a folder below $SOFT_DELETE_ENGINES, which is
# /var/lib/soft_delete_engines unless told; the first start downloads them, `stop` leaves them.
# The data are in $home/data; `stop` removes them.

# named NAME PORT: which server it is, and where it answers
named() {
    name="$1"
    port="$2"
    home="${SOFT_DELETE_ENGINES:-/var/lib/soft_delete_engines}/$name"
    trap 'echo "$name: failed; its log ends in:" >&2; tail -n 20 "$home/data/server.log" >&2' ERR
}

# unpack SUITE PACKAGE...: puts the packages and what they depend on into $home, from the mirror of
# this machine and with the settings of its apt. Nothing is configured: a server needs its files alone.
unpack() {
    local suite="$1" packages="base-files" mirror settings
    shift
    for package in "$@"; do
        packages+=",$package"
    done
    [ ! -f "$home/complete" ] || return 0
    if ! command -v mmdebstrap >/dev/null; then
        # the keyring too: an old one lacks the keys of newer releases
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
            mmdebstrap debian-archive-keyring >/dev/null
    fi
    # shellcheck disable=SC2016 # apt fills it in
    mirror="$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | sort -u | sed -n '/\/debian\/\?$/p')"
    mirror="${mirror%%$'\n'*}"
    rm -rf "$home"
    mkdir -p "$home"
    settings="$(mktemp)"
    apt-config dump Acquire --format '%F "%v";%n' >"$settings"
    mmdebstrap --quiet --variant=extract --aptopt="$settings" --include="$packages" "$suite" "$home" \
        "${mirror:-http://deb.debian.org/debian}"
    rm "$settings"
    # PostgreSQL does not start for a user without a name, and takes memory from /dev/shm
    echo "engine:x:65534:65534::/:/bin/sh" >"$home/etc/passwd"
    chmod 1777 "$home/dev/shm"
    touch "$home/complete"
}

# inside COMMAND...: runs it in $home, as a user that is not root
inside() {
    chroot --userspec=65534:65534 "$home" "$@"
}

# new_data: an empty $home/data, which that user may write to
new_data() {
    rm -rf "$home/data"
    install -d -o 65534 -g 65534 "$home/data"
}

# pid: the server's, if it runs. A number that another process has now is not it.
pid() {
    local number
    number="$(head -n 1 "$home/data/pid" 2>/dev/null)" &&
        [ "$(readlink "/proc/$number/root")" = "$(realpath "$home")" ] && echo "$number"
}

answers() {
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null
}

# wait_for_it: until the server answers
wait_for_it() {
    for _ in $(seq 120); do
        answers && pid >/dev/null && return
        sleep 0.5
    done
    echo "$name does not answer on port $port" >&2
    return 1
}

# end SIGNAL: ends the server if it runs, and removes its data
end() {
    local number
    if number="$(pid)"; then
        kill -s "$1" "$number"
        while answers; do sleep 0.1; done
    fi
    rm -rf "$home/data"
}
