#!/usr/bin/env bash
# Asks a real account what docs/fidelity.md cannot know without one. docs/on-an-account.md says what it
# costs, and what each row means.
#
#   test/account/ask.sh            deploys the stack OnAnAccount, asks, prints a table, removes all of it
#   KEYS=1000 test/account/ask.sh  imports so many API keys; 200 unless it is set
#   KEEP=1 test/account/ask.sh     leaves the stack there; the next run without KEEP removes it
set -euo pipefail

KEYS=${KEYS:-200}
PATIENCE=${PATIENCE:-1800} # in seconds: how long it waits for what is late
folder=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
table=$work/table
STATUS=''
BODY=''

for tool in aws curl jq npx; do
  command -v "$tool" >/dev/null || {
    echo "error: install $tool first" >&2
    exit 2
  }
done

# ---- the stack -----------------------------------------------------------------------------------

cdk() { (cd "$folder" && npx cdk "$@"); }

# What was found, also if the script is cut short.
print_table() {
  [ -s "$table" ] || return 0
  printf '\n=: as assumed   !: otherwise   ?: nothing is assumed\n\n'
  printf ' \tquestion\tassumed\tfound\n' | cat - "$table" | column -t -s "$(printf '\t')"
}

clean_up() {
  local code=$?
  trap - EXIT INT TERM
  print_table
  if [ -s "$work/keys" ]; then
    echo "Removing $(wc -l <"$work/keys") API keys, five a second …" >&2
    while read -r id; do
      aws apigateway delete-api-key --api-key "$id" >&2 || echo "left behind: API key $id" >&2
      sleep 0.2
    done <"$work/keys"
  fi
  if [ -z "${KEEP:-}" ]; then
    cdk destroy --force >&2 || echo "left behind: the stack OnAnAccount" >&2
  fi
  rm -rf "$work"
  exit "$code"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

cdk deploy --require-approval never --outputs-file "$work/outputs.json" >&2
output() { jq -er ".OnAnAccount.$1" "$work/outputs.json"; }
REST=$(output RestUrl)
REST=${REST%/}
REST_ID=$(output RestApiId)
STAGE=$(output StageName)
PLAN=$(output PlanId)
HTTP=$(output HttpUrl)
HTTP_ID=$(output HttpApiId)
ECHO=$(output EchoFunctionName)
ECHO_LOG=$(output EchoLogName)
AUTHORIZER_LOG=$(output AuthorizerLogName)
LINES_LOG=$(output LinesName)

# An emulator serves APIs at its own address.
if [ -n "${AWS_ENDPOINT_URL:-}" ]; then
  REST=$AWS_ENDPOINT_URL/restapis/$REST_ID/$STAGE/_user_request_
  HTTP=http://$HTTP_ID.execute-api.localhost:${AWS_ENDPOINT_URL##*:}
fi

# ---- asking --------------------------------------------------------------------------------------

# A value for a token that was never used: what is kept for others does not count.
count=0
new() {
  count=$((count + 1))
  value=$(date +%s)x$count
}

# call URL TOKEN [curl options]: sets STATUS and BODY.
call() {
  local url=$1 token=$2
  shift 2
  STATUS=$(curl -sS --path-as-is -o "$work/body" -w '%{http_code}' -H "X-Token: $token" "$@" "$url")
  BODY=$(cat "$work/body")
}

# field NAME: of the echo's answer; `-` if it has none.
field() { jq -r ".$1 // \"-\"" <<<"$BODY" 2>/dev/null || echo -; }

# moment SECONDS: in milliseconds since 1970, so many seconds from now.
moment() { jq -n "(now + $1) * 1000 | floor"; }

# wait_until MILLISECONDS
wait_until() { while (($(moment 0) < $1)); do sleep 1; done; }

# call_from_aws URL TOKEN: the same from an address of AWS.
call_from_aws() {
  jq -n --arg url "$1" --arg token "$2" '{url: $url, headers: {"X-Token": $token}}' >"$work/event"
  aws lambda invoke --function-name "$ECHO" --payload "fileb://$work/event" "$work/aws" >/dev/null
  STATUS=$(jq -r .status "$work/aws")
  BODY=$(jq -r .answer "$work/aws")
}

# answer QUESTION ASSUMED FOUND
answer() {
  local mark='?'
  if [ "$2" = "$3" ]; then mark='='; elif [ "$2" != '-' ]; then mark='!'; fi
  printf '%s\t%s\t%s\t%s\n' "$mark" "$1" "$2" "$3" >>"$table"
  printf '%s %s: %s\n' "$mark" "$1" "$3" >&2
}

# ready URL: a new API answers 403 or 404 at first.
ready() {
  local end
  end=$(moment 120)
  until call "$1" allowed_ready && [ "$STATUS" = 200 ]; do
    (($(moment 0) < end)) || {
      echo "error: $1 answers $STATUS" >&2
      exit 1
    }
    sleep 2
  done
}

# is_kept_still BEFORE: whether the answer has the same moment of asking.
is_kept_still() { [ "$(field asked)" = "$1" ]; }

# ---- the authorizer, on both kinds of APIs -------------------------------------------------------

# ask_api NAME URL UNAUTHORIZED TWICE: and what is assumed of an error, and of a header that came twice.
ask_api() {
  local name=$1 url=$2 unauthorized=$3 end asked found
  new
  call "$url" "refused_$value"
  answer "$name: the authorizer throws Unauthorized" "$unauthorized" "$STATUS"
  call "$url" "fault_$value"
  answer "$name: it throws another error" 500 "$STATUS"
  call "$url" "malformed_$value"
  answer "$name: it returns no policy" 500 "$STATUS"
  call "$url" "allowed_$value" -H "X-Token: second"
  case $(field token) in
    *,*) found=joined ;;
    second) found=last ;;
    allowed*) found=first ;;
    *) found=- ;;
  esac
  answer "$name: a header that came twice" "$4" "$STATUS $found"

  end=$(moment 10)
  call "$url" "until_$end"
  wait_until $((end + 2000))
  call "$url" "until_$end"
  answer "$name: an error is kept" no "$([ "$STATUS" = 200 ] && echo no || echo "yes, $STATUS")"

  local iso
  end=$(moment 30)
  iso=$(jq -nr "$end / 1000 | floor | todate")
  call "$url" "ends_$iso"
  asked=$(field asked)
  call "$url" "ends_$iso"
  local first=$STATUS kept=no
  is_kept_still "$asked" && kept=yes
  wait_until $((end + 5000))
  call "$url" "ends_$iso"
  answer "$name: DateLessThan in a kept policy (before, kept, after)" '200 yes 403' "$first $kept $STATUS"

  call "$url" "elsewhere_$value"
  answer "$name: IpAddress of somebody else" 403 "$STATUS"
  call "$url" "allowed_own$value"
  local own
  own=$(field sourceIp)
  call "$url" "from_$own"
  first=$STATUS
  call_from_aws "$url" "from_$own"
  answer "$name: IpAddress in a kept policy, from here and from elsewhere" '200 403' "$first $STATUS"
}

# forgets QUESTION URL ASSUMED SECONDS COMMAND…: whether results are forgotten.
forgets() {
  local question=$1 url=$2 assumed=$3 seconds=$4 asked start end
  shift 4
  new
  call "$url" "allowed_$value"
  asked=$(field asked)
  if ! "$@" >/dev/null; then
    answer "$question" "$assumed" 'the call failed'
    return
  fi
  start=$(moment 0)
  end=$((start + seconds * 1000))
  while call "$url" "allowed_$value" && is_kept_still "$asked" && (($(moment 0) < end)); do sleep 1; done
  if is_kept_still "$asked"; then
    answer "$question" "$assumed" no
  else
    answer "$question" "$assumed" yes
    answer "$question: after" - "$((($(moment 0) - start) / 1000)) s"
  fi
}

ready "$REST/jobs"
ready "$HTTP/jobs"
ask_api REST "$REST/jobs" 401 '200 last'
ask_api HTTP "$HTTP/jobs" - '200 joined'
forgets 'REST: FlushStageAuthorizersCache forgets results' "$REST/jobs" yes 60 \
  aws apigateway flush-stage-authorizers-cache --rest-api-id "$REST_ID" --stage-name "$STAGE"
forgets 'HTTP: ResetAuthorizersCache forgets results' "$HTTP/jobs" yes 60 \
  aws apigatewayv2 reset-authorizers-cache --api-id "$HTTP_ID" --stage-name "\$default"
forgets 'REST: a new deployment forgets results' "$REST/jobs" - 60 \
  aws apigateway create-deployment --rest-api-id "$REST_ID" --stage-name "$STAGE"

# ---- results for each address --------------------------------------------------------------------

new
call "$REST/per-address" "allowed_$value"
here=$(field asked)
call "$REST/per-address" "allowed_$value"
again=$(field asked)
call_from_aws "$REST/per-address" "allowed_$value"
elsewhere=$(field asked)
answer 'REST: with the address as an identity source, kept for here and asked from elsewhere' 'yes yes' \
  "$([ "$here" = "$again" ] && echo yes || echo no) $([ "$here" != "$elsewhere" ] && echo yes || echo no)"

# ---- paths and methods ---------------------------------------------------------------------------

# routed QUESTION ASSUMED PATH [curl options]: the status, the route, its parameter and the end of the ARN.
routed() {
  local question=$1 assumed=$2 path=$3 arn
  shift 3
  new
  call "$REST$path" "allowed_$value" "$@"
  arn=$(field arn)
  answer "$question" "$assumed" \
    "$STATUS $(field method) $(field route) $(field parameters.id) ${arn#*/"$STAGE"/}"
}

routed 'REST: %2F in a parameter' '200 GET /jobs/{id} a/b GET/jobs/a%2Fb' /jobs/a%2Fb
routed 'REST: a literal that is percent-encoded' '200 GET /jobs/{id} latest GET/jobs/%6Catest' /jobs/%6Catest
routed 'REST: a slash at the end' '200 GET /jobs - GET/jobs/' /jobs/
routed 'REST: an empty segment at the end' '-' /jobs//
routed 'REST: an empty segment inside' '-' //jobs
routed 'REST: X-HTTP-Method-Override' '200 GET /jobs - GET/jobs' /jobs -X POST -H 'X-HTTP-Method-Override: GET'

# ---- compressed bodies ---------------------------------------------------------------------------

new
printf '{"a":1}' | gzip >"$work/body.gz"
call "$REST/jobs" "allowed_$value" -X POST --data-binary "@$work/body.gz" \
  -H 'Content-Type: application/json' -H 'Content-Encoding: gzip'
answer 'REST: a gzip body (status, body, base64, Content-Encoding)' '200 {"a":1} false gzip' \
  "$STATUS $(field body) $(jq -r .isBase64Encoded <<<"$BODY") $(field 'headers["Content-Encoding"]')"

# ---- API keys ------------------------------------------------------------------------------------

random_key() { od -An -N20 -tx1 /dev/urandom | tr -d ' \n'; }

key=$(random_key)
id=$(aws apigateway create-api-key --name "$key" --value "$key" --enabled --query id --output text)
echo "$id" >>"$work/keys"
aws apigateway create-usage-plan-key --usage-plan-id "$PLAN" --key-id "$id" --key-type API_KEY >/dev/null
start=$(moment 0)
end=$((start + PATIENCE * 1000))
while call "$REST/limited" "key_$key" && [ "$STATUS" != 200 ] && (($(moment 0) < end)); do sleep 1; done
answer 'REST: a new API key is known after' - "$((($(moment 0) - start) / 1000)) s, $STATUS"
refused=0
for _ in $(seq 60); do
  call "$REST/limited" "key_$key"
  [ "$STATUS" = 200 ] || refused=$((refused + 1))
  sleep 1
done
answer 'REST: and refused in the minute after that' 0 "$refused of 60"

{
  echo 'Name,key,description,Enabled,usageplanIds'
  for _ in $(seq "$KEYS"); do
    one=$(random_key)
    echo "$one,$one,,TRUE,$PLAN"
  done
} >"$work/keys.csv"
import_keys() { aws apigateway import-api-keys --format csv --body "fileb://$work/keys.csv"; }
start=$(moment 0)
import_keys >"$work/import.json"
jq -r '.ids[]' "$work/import.json" >>"$work/keys"
answer "ImportApiKeys takes $KEYS keys in a call" "$KEYS, 0 warnings" \
  "$(jq -r '"\(.ids | length), \(.warnings | length) warnings"' "$work/import.json")"
answer 'ImportApiKeys: took' - "$((($(moment 0) - start) / 1000)) s"
import_keys >"$work/import.json" 2>"$work/error" || jq -n '{ids: [], warnings: ["refused"]}' >"$work/import.json"
answer 'ImportApiKeys of keys that are there: made' 0 "$(jq -r '.ids | length' "$work/import.json")"

# ---- logs, metrics, alarms -----------------------------------------------------------------------

matches() {
  aws logs test-metric-filter --filter-pattern "$1" --log-event-messages "$2" \
    --query 'length(matches)' --output text
}
line='{"status":"401","responseLatency":"12","errorType":"AUTHORIZER_FAILURE"}'
answer 'filter: a status in quotes as text' 1 "$(matches '{ $.status = "401" }' "$line")"
answer 'filter: a latency in quotes is not "-"' 1 "$(matches '{ $.responseLatency != "-" }' "$line")"
answer 'filter: * at the end of a text' 1 "$(matches '{ $.errorType = "AUTHORIZER_*" }' "$line")"

aws logs create-log-stream --log-group-name "$LINES_LOG" --log-stream-name lines
aws logs put-log-events --log-group-name "$LINES_LOG" --log-stream-name lines \
  --log-events "$(jq -n --arg line "$line" '[{timestamp: (now * 1000 | floor), message: $line}]')" >/dev/null
echo '{"refuses":true}' >"$work/event"
aws lambda invoke --function-name "$ECHO" --payload "fileb://$work/event" "$work/aws" >/dev/null

# until_found SECONDS COMMAND…: its first output that is not empty, None or 0; `-` if there is none.
until_found() {
  local end found
  end=$(moment "$1")
  shift
  while (($(moment 0) < end)); do
    found=$("$@" || true)
    case $found in '' | None | 0) sleep 5 ;; *) echo "$found" && return ;; esac
  done
  echo -
}
refusals() {
  aws logs filter-log-events --log-group-name "$ECHO_LOG" --filter-pattern '"Invoke Error" "OperationRefused"' \
    --query 'length(events)' --output text
}
answer 'the line of a refused operation has "Invoke Error" and its name' 1 "$(until_found "$((PATIENCE / 3))" refusals)"
latency() {
  aws cloudwatch get-metric-statistics --namespace OnAnAccount --metric-name Latency --statistics Sum \
    --period 3600 --start-time "$(jq -nr 'now - 3600 | todate')" --end-time "$(jq -nr 'now + 3600 | todate')" \
    --query 'Datapoints[0].Sum' --output text
}
answer 'metric: a number in quotes is a value' 12.0 "$(until_found "$((PATIENCE / 3))" latency)"

insights() {
  local query
  query=$(aws logs start-query --log-group-name "$AUTHORIZER_LOG" \
    --start-time "$(jq -n 'now - 7200 | floor')" --end-time "$(jq -n 'now | floor')" \
    --query-string 'fields toMillis(@timestamp) as time | stats max(time) as millis, max(@timestamp) as plain' \
    --query queryId --output text)
  sleep 5
  aws logs get-query-results --query-id "$query" | jq -r '[.results[0][]? | .value] | join(" and ")'
}
found=$(until_found "$((PATIENCE / 3))" insights)
answer 'Logs Insights: max(toMillis(@timestamp)) is digits' yes \
  "$([[ $found =~ ^[0-9]{13}(\.0+)?\ and ]] && echo yes || echo no)"
answer 'Logs Insights: max(time) and max(@timestamp)' - "$found"

# The table comes with the clean-up.
if grep -q '^!' "$table"; then exit 1; fi
