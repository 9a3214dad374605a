#!/bin/sh
# tools/demo-workspace.sh MARSAD WORLD WORKSPACE: a workspace with what the demo's operator knows beforehand.
set -eu
marsad=$1 world=$2 workspace=$3

"$marsad" init "$workspace"
export MARSAD_WORKSPACE="$workspace"
"$marsad" bank new rayat-al-ghasaq --category terror.propaganda --source "demo world" \
    --reason "clips, emblem and chant of a banned organisation (fictional)"
"$marsad" bank add rayat-al-ghasaq --stills "$world"/banks/rayat-al-ghasaq/*
"$marsad" bank add rayat-al-ghasaq --sound "$(cat "$world/banks/sound")"
"$marsad" bank new partner --category terror.propaganda --source "demo world" \
    --reason "hashes that a partner shared (fictional)"
"$marsad" bank import partner "$world/banks/partner.txt"
"$marsad" bank new newsrooms --negative --source "demo world" --reason "a newsroom's own broadcasts (fictional)"
"$marsad" bank add newsrooms --stills "$world"/banks/newsrooms/*
