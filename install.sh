#!/bin/sh
# Installs nanofolks: built from this checkout with cargo, or from a release archive whose
# checksum and signature were verified. It says what it will do, asks nothing, replaces files
# by renaming, can be run again, and undoes itself with --uninstall.
# Exit codes: 0 ok, 1 failure, 2 usage, 7 not possible on this machine.
set -eu
umask 022

release_url='https://github.com/nanofolks/nanofolks/releases'
# The minisign key of the releases; the first signed release writes it here.
release_key=''
model='smollm2-135m'
question='What colour is the sky on a clear day?'
mark='# added by nanofolks install.sh'

usage() {
    cat <<'HELP'
usage: ./install.sh [options]
In a checkout it builds with cargo (needs Rust and a C compiler). Elsewhere, or with
--archive or --release, it installs a release archive.
  --try                build, install, fetch the embedded model, hold one conversation
  --prefix DIR         install below DIR (default ~/.local; /usr/local for root)
  --bin-dir DIR        put the program into DIR (default PREFIX/bin)
  --system             install for everybody, below /usr/local
  --archive FILE|URL   install this archive; FILE.sha256 and FILE.minisig lie beside it
  --release VERSION    download this release (default: the latest)
  --public-key KEY     verify with this minisign key instead of the built-in one
  --allow-unsigned     trust the checksum alone where the signature cannot be verified
  --no-model           do not fetch the embedded model
  --modify-path        add the program's folder to PATH in your shell's start file
  --force              allow an older version to replace a newer one
  --verify-only        verify the archive, or else what is installed, and change nothing
  --dry-run            say what would be done and change nothing
  --uninstall          remove exactly what was installed; your data in ~/.nanofolks stays
  --version, --help
HELP
}

step() { printf '==> %s\n' "$*"; }
say() { printf '    %s\n' "$*"; }
die() { # CODE MESSAGE
    printf 'install.sh: %s\n' "$2" >&2
    exit "$1"
}
have() { command -v "$1" >/dev/null 2>&1; }
absolute() { case $1 in /*) printf '%s' "${1%/}" ;; *) printf '%s' "$(pwd -P)/${1%/}" ;; esac }
listed() { sed -n "s/^$1 //p" "$manifest" 2>/dev/null || :; } # the KIND lines of the manifest

src=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
prefix='' bin_dir='' archive='' release='' key=$release_key
system=no try=no want_model=yes modify_path=no unsigned=no force=no dry_run=no action=install

while [ $# -gt 0 ]; do
    case $1 in
        --prefix | --bin-dir | --archive | --release | --public-key)
            [ -n "${2:-}" ] || die 2 "$1 needs a value"
            case $1 in
                --prefix) prefix=$(absolute "$2") ;;
                --bin-dir) bin_dir=$(absolute "$2") ;;
                --archive) archive=$2 ;;
                --release) release=${2#v} ;;
                --public-key) key=$2 ;;
            esac
            shift ;;
        --try) try=yes ;;
        --system) system=yes ;;
        --no-model) want_model=no ;;
        --modify-path) modify_path=yes ;;
        --allow-unsigned) unsigned=yes ;;
        --force) force=yes ;;
        --dry-run) dry_run=yes ;;
        --uninstall) action=uninstall ;;
        --verify-only) action=verify ;;
        --version) sed -n 's/^version = "\(.*\)"$/install.sh \1/p' "$src/Cargo.toml" && exit 0 ;;
        -h | --help) usage && exit 0 ;;
        *) die 2 "unknown option $1; --help lists the options" ;;
    esac
    shift
done

[ "$try$want_model" != yesno ] || die 2 "--try needs the embedded model; leave out --no-model"
from=checkout
[ -f "$src/Cargo.toml" ] && [ -f "$src/src/main.rs" ] || from=release
[ -z "$release" ] || from=release
[ -z "$archive" ] || from=archive
[ -z "$archive" ] || [ -z "$release" ] || die 2 "--archive and --release exclude each other"
if [ -z "$prefix" ]; then
    prefix=/usr/local
    if [ "$system" = no ] && [ "$(id -u)" != 0 ]; then
        prefix=${HOME:?is not set; give --prefix DIR}/.local
    fi
fi
bin_dir=${bin_dir:-$prefix/bin}
case $prefix$bin_dir in *'
'*) die 2 "a folder's name cannot contain a line break" ;; esac
program=$bin_dir/nanofolks
share=$prefix/share
manifest=$share/nanofolks/install.manifest

work='' new='' finished=no
cleanup() {
    [ -z "$new" ] || rm -f -- "$new"
    [ -n "$work" ] || return 0
    # Folders made for an installation that did not happen go again, deepest first.
    [ "$finished" = yes ] || LC_ALL=C sort -r "$work/dirs" | remove_dirs
    rm -rf -- "$work"
}
remove_dirs() { while IFS= read -r dir; do rmdir -- "$dir" 2>/dev/null || :; done; }
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

make_work() {
    work=$(mktemp -d "${TMPDIR:-/tmp}/nanofolks-install.XXXXXX") || die 1 "cannot make a temporary folder"
    : >"$work/dirs" && : >"$work/files" && : >"$work/lines"
}

older() { # is version $1 older than $2?
    [ "$1" != "$2" ] || return 1
    lhs=${1%%[-+]*} rhs=${2%%[-+]*}
    if [ "$lhs" = "$rhs" ]; then # 1.0.0-rc1 is older than 1.0.0
        case $1 in *-*) ;; *) return 1 ;; esac
        case $2 in *-*) [ "$(printf '%s\n%s\n' "$1" "$2" | LC_ALL=C sort | head -n 1)" = "$1" ] ;; esac
        return
    fi
    while [ -n "$lhs$rhs" ] && [ "${lhs%%.*}" = "${rhs%%.*}" ]; do
        case $lhs in *.*) lhs=${lhs#*.} ;; *) lhs='' ;; esac
        case $rhs in *.*) rhs=${rhs#*.} ;; *) rhs='' ;; esac
    done
    lhs=${lhs%%.*} rhs=${rhs%%.*}
    [ "${lhs:-0}" -lt "${rhs:-0}" ]
}

version_of() { # the version a program says it has; nothing when it does not run
    "$1" --version 2>/dev/null | sed -n '1s/^nanofolks \([0-9][0-9A-Za-z.+-]*\).*/\1/p'
}

sha256_of() {
    if have sha256sum; then sha256sum -- "$1"; else shasum -a 256 -- "$1"; fi | cut -d ' ' -f 1
}

# From the checkout
check_toolchain() {
    have cargo || die 7 "cargo is not here; install Rust (rustup), or use --release"
    have cc || have gcc || have clang || die 7 "no C compiler is here; install gcc or clang"
    need=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' "$src/Cargo.toml" | head -n 1)
    got=$(cd "$src" && cargo --version 2>/dev/null | sed -n 's/^cargo \([0-9.]*\).*/\1/p') || got=''
    ! older "${got:-0}" "${need:-0}" || die 7 "Rust $need or newer is needed, cargo says \"$got\"; \`rustup update\` fetches it"
}

build() {
    target_dir=${CARGO_TARGET_DIR:-$src/target}
    (cd "$src" && cargo build --release --locked --bin nanofolks --target-dir "$target_dir") ||
        die 1 "the build failed; cargo's message above says where"
    tree=$src
    built=$target_dir/${CARGO_BUILD_TARGET:+$CARGO_BUILD_TARGET/}release/nanofolks
    [ -f "$built" ] || die 1 "the build left no program at $built"
}

# From an archive
platform() {
    machine=$(uname -m)
    case $machine in amd64) machine=x86_64 ;; arm64) machine=aarch64 ;; esac
    case $(uname -s)-$machine in
        Linux-x86_64 | Linux-aarch64) target=$machine-unknown-linux-musl ;;
        Darwin-x86_64 | Darwin-aarch64) target=$machine-apple-darwin ;;
        *) die 7 "there is no release for $(uname -s) on $machine; build it from a checkout" ;;
    esac
    have sha256sum || have shasum || die 7 "neither sha256sum nor shasum is here; one is needed to verify"
    have tar || die 7 "tar is not here; it is needed to unpack the archive"
    if [ "$from" = release ]; then
        path=latest/download
        [ -z "$release" ] || path=download/v$release
        archive=$release_url/$path/nanofolks-$target.tar.gz
    fi
    case ${archive##*/} in
        *-"$target".tar.gz) ;;
        nanofolks-*-linux-* | nanofolks-*-darwin* | nanofolks-*-windows-*)
            die 7 "${archive##*/} is for another kind of machine; this one needs $target" ;;
    esac
}

download() { # URL FILE
    case $1 in https://*) ;; *) die 2 "$1 is not an https address" ;; esac
    if have curl; then
        curl --proto '=https' --tlsv1.2 -fsSL --retry 2 -o "$2" "$1"
    else
        have wget || die 7 "neither curl nor wget is here; download the archive and use --archive FILE"
        wget --https-only -q -O "$2" "$1"
    fi
}

fetch() { # leaves archive, checksum and, if there is one, signature in $work
    case $archive in
        *://*)
            download "$archive" "$work/archive" || die 1 "cannot download $archive"
            download "$archive.sha256" "$work/sha256" || die 1 "cannot download $archive.sha256"
            download "$archive.minisig" "$work/minisig" 2>/dev/null || rm -f -- "$work/minisig" ;;
        *)
            [ -f "$archive" ] || die 2 "there is no file $archive"
            cp -- "$archive" "$work/archive" || die 1 "cannot read $archive"
            cp -- "$archive.sha256" "$work/sha256" 2>/dev/null || die 1 "$archive.sha256 is missing; cannot verify"
            [ ! -f "$archive.minisig" ] || cp -- "$archive.minisig" "$work/minisig" ;;
    esac
}

verify_archive() {
    want=$(sed -n '1s/^\([0-9a-fA-F]\{64\}\).*/\1/p' "$work/sha256" | tr A-F a-f)
    got=$(sha256_of "$work/archive")
    [ "$want" = "$got" ] || die 1 "$archive is damaged: its SHA-256 is $got, expected ${want:-one}"
    say "checksum   ok ($got)"
    why='' bad="the signature of $archive is wrong; nothing was installed"
    [ -n "$key" ] || why="this install.sh carries no release key yet (give --public-key)"
    have minisign || why="minisign is not installed"
    [ -f "$work/minisig" ] || why="it has no signature"
    if [ -f "$work/minisig" ]; then # its form, and whose key made it, are seen without minisign
        id=$(sed -n '2s|^R[UW]\([A-Za-z0-9+/]\{11\}\)[A-Za-z0-9+/]\{86\}=$|\1|p' "$work/minisig")
        case $id:$key in :*) die 1 "$bad" ;; "$id:RW$id"*) ;; *:RW*) die 1 "$bad" ;; esac
    fi
    if [ -z "$why" ]; then
        minisign -Vq -P "$key" -m "$work/archive" -x "$work/minisig" >/dev/null 2>&1 || die 1 "$bad"
        say "signature  ok" && return
    fi
    [ "$unsigned" = yes ] || die 1 "cannot verify the signature: $why; --allow-unsigned trusts the checksum alone"
    say "signature  NOT VERIFIED: $why (--allow-unsigned)"
}

unpack() {
    tar -tzf "$work/archive" >"$work/names" 2>/dev/null || die 1 "$archive is not a tar.gz archive"
    ! grep -Eq '^/|(^|/)\.\.(/|$)' "$work/names" || die 1 "$archive holds names that lead out of it"
    mkdir "$work/unpacked"
    tar -xzf "$work/archive" -C "$work/unpacked" || die 1 "cannot unpack $archive"
    tree=$work/unpacked
    for inner in "$tree"/*/nanofolks; do [ ! -f "$inner" ] || tree=${inner%/nanofolks}; done
    built=$tree/nanofolks
    [ -f "$built" ] || die 1 "$archive holds no nanofolks program"
    chmod 755 "$built"
}

# Putting things in place
refuse() { die 1 "cannot write to $1; --prefix DIR chooses another place"; }

ensure_dir() { # makes DIR and remembers which folders are new
    [ ! -d "$1" ] || return 0
    ensure_dir "$(dirname -- "$1")"
    mkdir -- "$1" 2>/dev/null || refuse "$(dirname -- "$1")"
    printf '%s\n' "$1" >>"$work/dirs"
}

check_writable() { # before the long work, not after it
    for dir in "$bin_dir" "$share/nanofolks"; do
        ensure_dir "$dir"
        new=$dir/.nanofolks-new.$$
        (: >"$new") 2>/dev/null || refuse "$dir"
        rm -f -- "$new"
    done
}

place() { # FROM TO MODE
    [ -f "$1" ] || return 0
    dir=$(dirname -- "$2")
    ensure_dir "$dir"
    dir=$(dirname -- "$2") new=$dir/.nanofolks-new.$$
    [ ! -d "$2" ] || die 1 "$2 is a folder; move it away first"
    { cp -- "$1" "$new" && chmod "$3" "$new" && mv -f -- "$new" "$2"; } 2>/dev/null || refuse "$dir"
    new=''
    printf '%s %s\n' "$(sha256_of "$2")" "$2" >>"$work/files"
}

write_manifest() {
    # What an earlier version installed and this one does not, goes.
    cut -d ' ' -f 2- "$work/files" >"$work/placed"
    listed file | cut -d ' ' -f 2- | while IFS= read -r file; do
        grep -qxF -- "$file" "$work/placed" || rm -f -- "$file"
    done
    {
        sed 's/^/file /' "$work/files"
        { listed dir && cat "$work/dirs"; } | LC_ALL=C sort -u | sed 's/^/dir /'
        { listed line && cat "$work/lines"; } | LC_ALL=C sort -u | sed 's/^/line /'
    } >"$work/manifest"
    new=$manifest.new
    { cp -- "$work/manifest" "$new" && mv -f -- "$new" "$manifest"; } 2>/dev/null || refuse "$share/nanofolks"
    new=''
}

install_files() {
    place "$tree/completions/nanofolks.bash" "$share/bash-completion/completions/nanofolks" 644
    place "$tree/completions/_nanofolks" "$share/zsh/site-functions/_nanofolks" 644
    place "$tree/completions/nanofolks.fish" "$share/fish/vendor_completions.d/nanofolks.fish" 644
    for page in "$tree"/man/*.1; do place "$page" "$share/man/man1/${page##*/}" 644; done
    place "$built" "$program" 755
    [ "$modify_path" = no ] || add_to_path
    write_manifest
}

start_file() {
    case ${SHELL:-} in
        */zsh) printf '%s' "${ZDOTDIR:-$HOME}/.zshrc" ;;
        */bash) printf '%s' "$HOME/.bashrc" ;;
        */fish) printf '%s' "${XDG_CONFIG_HOME:-$HOME/.config}/fish/config.fish" ;;
        *) printf '%s' "$HOME/.profile" ;;
    esac
}

quote() { printf "'%s'" "$(printf %s "$1" | sed "s/'/'\\\\''/g")"; }
add_to_path() {
    start=$(start_file)
    ! grep -qF -- "$mark" "$start" 2>/dev/null || return 0
    ensure_dir "$(dirname -- "$start")"
    line="export PATH=$(quote "$bin_dir"):\"\$PATH\" $mark"
    case $start in
        *.fish) line="fish_add_path $(quote "$bin_dir") $mark" ;;
        *.zshrc) line="fpath=($(quote "$share/zsh/site-functions") \$fpath); $line" ;;
    esac
    printf '%s\n' "$line" >>"$start" || refuse "$start"
    printf '%s\n' "$start" >>"$work/lines"
}

# The actions
verify_installed() {
    [ -f "$manifest" ] || die 1 "nanofolks is not installed below $prefix"
    listed file | while read -r sum file; do
        [ -f "$file" ] || die 1 "$file is missing; install again"
        [ "$(sha256_of "$file")" = "$sum" ] || die 1 "$file was changed since it was installed"
    done || exit 1
    step "Everything below $prefix is as it was installed"
}

uninstall() {
    [ -f "$manifest" ] || die 1 "nanofolks is not installed below $prefix"
    step "Removing what was installed below $prefix; your data (~/.nanofolks) stays"
    sed -n 's/^file [0-9a-f]* /    /p; s/^line /    the PATH line in /p' "$manifest"
    [ "$dry_run" = no ] || return 0
    make_work
    listed file | while read -r _ file; do rm -f -- "$file" || die 1 "cannot remove $file"; done || exit 1
    listed line | while IFS= read -r start; do
        [ -f "$start" ] || continue
        grep -vF -- "$mark" "$start" >"$work/start" || :
        if [ -s "$work/start" ]; then cat "$work/start" >"$start"; else rm -f -- "$start"; fi
    done
    listed dir | LC_ALL=C sort -r >"$work/old"
    rm -f -- "$manifest"
    remove_dirs <"$work/old"
}

plan() {
    step "What this does"
    if [ "$from" = checkout ]; then say "build      $src with cargo (takes minutes)"
    else say "fetch      $archive; verify its SHA-256 and signature"; fi
    say "program    $program"
    say "extras     completions (bash, zsh, fish) and man pages below $share"
    [ "$modify_path" = no ] || say "PATH       one line in $(start_file)"
    [ "$get_model" = no ] || say "model      nanofolks model pull $model (98 MB, once)"
    [ "$try" = no ] || say "try        one short conversation"
}

install_all() {
    get_model=$want_model # for everybody: each person fetches a model of their own
    if [ "$system" = yes ] && [ "$try" = no ]; then get_model=no; fi
    if [ "$from" = checkout ]; then check_toolchain; else platform; fi
    plan
    [ "$dry_run" = no ] || return 0
    make_work
    check_writable
    if [ "$from" = checkout ]; then step "Building" && build; else step "Verifying" && fetch && verify_archive && unpack; fi
    version=$(version_of "$built") || version=''
    [ -n "$version" ] || die 7 "the program does not run on this machine ($(uname -s) $(uname -m))"
    before=$(version_of "$program") || before=''
    if [ -n "$before" ] && older "$version" "$before" && [ "$force" = no ]; then
        die 1 "nanofolks $before is installed and $version is older; --force installs it all the same"
    fi
    step "Installing nanofolks $version${before:+ over $before}"
    install_files
    finished=yes
    after_install
}

after_install() {
    case :${PATH:-}: in *:"$bin_dir":*) run=nanofolks ;; *) run=$program ;; esac
    if [ "$get_model" = yes ]; then
        step "Fetching the embedded model $model"
        if ! "$program" model pull "$model"; then
            [ "$try" = no ] || die 1 "the model could not be fetched; \`$run model pull\` tries again"
            say "the model is not here yet; \`$run model pull\` tries again"
        fi
    fi
    if [ "$try" = yes ]; then
        step "One conversation"
        printf 'you: %s\nbot: ' "$question"
        "$program" chat -q "$question" --model "local/$model" </dev/null || die 1 "the conversation failed; \`$run doctor\` says why"
    fi
    step "Next: \`$run\` talks with your bots, \`$run doctor\` sees that all is in order"
    [ "$run" = nanofolks ] || [ "$modify_path" = yes ] || say "$bin_dir is not on your PATH; --modify-path adds it"
}

case $action in
    uninstall) uninstall ;;
    verify) if [ "$from" = checkout ]; then verify_installed; else platform && make_work && fetch && verify_archive; fi ;;
    *) install_all ;;
esac
