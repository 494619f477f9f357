#!/bin/sh
# Needs socat, which starts this program once more, with the word "answer", for each request.
cr=$(printf '\r')

digest() { printf %s "$1" | sha256sum; }

answer() {
  printf 'HTTP/1.1 %s\r\ncontent-type: application/json\r\nconnection: close\r\n' "$1"
  printf 'content-length: %s\r\n\r\n%s' "${#2}" "$2"
  exit 0
}

answer_health() {
  answer "200 OK" "{\"status\":\"$1\",\"generation\":$LATCHKEY_SERVER_GENERATION,\"nonce\":\"$LATCHKEY_SERVER_NONCE\"}"
}

if [ "$1" = answer ]; then
  read -r _method path _version
  while IFS=': ' read -r name value && [ "$name" != "$cr" ]; do
    case $name in
      [Hh]ost) host=${value%"$cr"} ;;
      [Aa]uthorization) shown=${value%"$cr"} ;;
    esac
  done
  case $host in
    "127.0.0.1:$SOCAT_SOCKPORT" | "localhost:$SOCAT_SOCKPORT") ;;
    *) answer "404 Not Found" '{"error":{"code":"server.not-found"}}' ;;
  esac
  case $path in
    /readyz) answer_health ready ;;
    /healthz) answer_health healthy ;;
  esac
  if [ "$(digest "$shown")" != "$(digest "Bearer $LATCHKEY_SERVER_TOKEN")" ]; then
    answer "401 Unauthorized" '{"error":{"code":"server.unauthorized"}}'
  fi
  answer "200 OK" "{\"generation\":$LATCHKEY_SERVER_GENERATION}"
fi

cd "$(dirname "$0")" || exit 1
notices=$(mktemp -u) && mkfifo -m 600 "$notices" || exit 1
address=TCP-LISTEN:${LATCHKEY_SERVER_PORT:-0},bind=127.0.0.1,fork,reuseaddr
socat -d -d "$address" "EXEC:sh ${0##*/} answer" 2>"$notices" &
listener=$!
trap 'kill "$listener"; exit 0' TERM
exec 3<"$notices" 4<&0
rm "$notices"
while read -r line <&3; do
  case $line in *" listening on "*) break ;; esac
done
cat <&3 >/dev/null & # what else socat tells
printf 'LATCHKEY_SERVER_LISTENING {"port":%s,"nonce":"%s"}\n' "${line##*:}" "$LATCHKEY_SERVER_NONCE"
if [ "$LATCHKEY_SERVER_PARENT" = stdin ]; then
  { cat <&4 >/dev/null; kill "$$"; } & # it ends when the parent goes
fi
wait "$listener"
