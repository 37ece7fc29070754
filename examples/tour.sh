#!/bin/sh
# Asks a running server for one of everything, with curl alone: sh examples/tour.sh [url]
set -eu
url=${1:-http://127.0.0.1:${PORT:-8080}}

# The pipes below would go on without a server.
if ! curl --silent --show-error --max-time 30 --output /dev/null "$url/ready"; then
  echo "no server answers at $url: npm start, or sh examples/tour.sh URL" >&2
  exit 1
fi

ask() {
  printf '\n$ curl %s\n' "$*"
  curl --fail-with-body --silent --show-error --max-time 30 "$@" | cut -c 1-600
  echo
}

ask "$url/ready"
ask "$url/symbols"
ask "$url/candles/BTCUSD?interval=1h&outputsize=3&format=csv"
ask "$url/analyze/BTCUSD?timeframe=1h"
ask "$url/signals?format=csv&limit=5"
ask "$url/performance"
ask "$url/api/signals/queue"
ask "$url/news"

# Candles from anywhere can be analysed, 250 of them; here those of the server itself.
printf '\n$ POST /analyze with 250 candles\n'
curl --fail --silent --show-error "$url/candles/BTCUSD?interval=1h&outputsize=250" |
  curl --fail-with-body --silent --show-error --max-time 30 "$url/analyze" \
    --header 'Content-Type: application/json' --data-binary @- | cut -c 1-600
