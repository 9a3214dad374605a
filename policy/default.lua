-- The default policy of Marsad: from what was found in a post to what a person should do about it, and how soon.
--
-- You may read, copy and change this file. Check your copy with
--     marsad policy check FILE
-- which answers with file, line, cause and cure. docs/policy.md explains every name used here.
--
-- How it decides, in five steps:
--   1. Each finding comes with a probability: how likely the harm is, given this finding alone.
--   2. What speaks for or against (a known innocent picture, counter-speech, an advert) multiplies the odds.
--   3. Findings of one category are joined: those from different sources count fully, those from the same
--      source (five words of one caption) count less and less.
--   4. A category whose probability reaches its threshold is a candidate. Hard deadlines come first, then the
--      greater severity x probability.
--   5. Priority is the harm still to come: severity x probability x (1 + views expected before the next look).
--
-- A machine ranks, a person decides: nothing that this file returns acts on anybody.

policy = {
    name = "Marsad default",

    -- How far ahead views are counted: about the time until a reviewer looks at the queue again.
    next_look = "4h",

    -- severity   0-100, how bad it is if true
    -- clock      time a person has to look at it, from the moment Marsad knew
    -- hard       true: this deadline goes before everything that has none
    -- threshold  below this probability it is not put in front of a person
    categories = {
        -- Live danger for a person: 15 minutes.
        ["extortion"]             = { severity = 95, clock = "15m", hard = true,  threshold = 0.40 },
        ["privacy.doxxing"]       = { severity = 85, clock = "15m", hard = true,  threshold = 0.50 },

        -- The law's hour (EU 2021/784), and pictures that spread by the minute.
        ["privacy.intimate"]      = { severity = 95, clock = "1h",  hard = true,  threshold = 0.40 },
        ["terror.propaganda"]     = { severity = 90, clock = "1h",  hard = true,  threshold = 0.45 },
        ["terror.glorification"]  = { severity = 75, clock = "1h",  hard = true,  threshold = 0.55 },

        ["incitement.violence"]   = { severity = 85, clock = "4h",  hard = false, threshold = 0.50 },
        ["harassment.child"]      = { severity = 80, clock = "4h",  hard = false, threshold = 0.50 },

        ["hate"]                  = { severity = 60, clock = "24h", hard = false, threshold = 0.55 },
        ["harassment.women"]      = { severity = 60, clock = "24h", hard = false, threshold = 0.55 },
        ["harassment.disability"] = { severity = 60, clock = "24h", hard = false, threshold = 0.55 },
        ["fabricated.media"]      = { severity = 55, clock = "24h", hard = false, threshold = 0.55 },
        ["harassment.smear"]      = { severity = 50, clock = "24h", hard = false, threshold = 0.60 },
        ["harassment.family"]     = { severity = 50, clock = "24h", hard = false, threshold = 0.55 },
        ["network.coordinated"]   = { severity = 50, clock = "24h", hard = false, threshold = 0.60 },
        ["harassment.abuse"]      = { severity = 40, clock = "24h", hard = false, threshold = 0.60 },
        ["network.resurfaced"]    = { severity = 40, clock = "24h", hard = false, threshold = 0.60 },
    },
}

-- ---- Knobs: odds ratios. 1 changes nothing, 0.1 makes the harm ten times less likely, 4 four times more. A sign
-- ---- that is itself only likely counts in proportion: see sign().

-- Words in a text that also argues against, reports or quotes.
local WORDS_IN_CONTEXT = { counter = 0.10, news = 0.15, quote = 0.25, prayer = 0.10, satire = 0.30, denied = 0.15 }

-- Words of harassment beside words that judge an authority's work, in which an animal is an animal, or
-- which stand in scripture. Nothing else is less likely there.
local HARASSMENT_IN_CONTEXT = { criticism = 0.20, literal = 0.10, scripture = 0.15 }

-- However many such signs there are: nobody talks a threat away with a list of harmless words.
local CONTEXT_MOST = 0.05

-- Words of harassment in a post that names or answers somebody.
local WORDS_TARGET = 1.5

-- How readily the classifier's word for abuse is taken where nothing speaks against it. 1 asks it to be 60 % sure, as of a word list;
-- 4.5 asks 25 %, the least that the detector says at all, which finds as much as the usual classifiers do (docs/models/read.md). Lower
-- it where there is too much to read: 2.9 asks 34 %.
local READ_ABUSE = 4.5

-- A known clip shown by somebody who argues against or reports. Still worth a look: the clip spreads either way.
local MATCH_IN_CONTEXT = { counter = 0.40, news = 0.40, quote = 0.60, satire = 0.60 }

-- The same seconds and the same part of the picture also match a bank of known innocents (a news agency's own clip), or
-- the file is one of them byte for byte. A known picture in a corner explains nothing about the rest, and a known sound
-- nothing about the pictures.
local KNOWN_INNOCENT = 0.005
local KNOWN_FILE     = 0.001

-- Private data. Alone it proves little: most numbers online are the speaker's own or a shop's.
local PRIVATE_ADVERT = 0.10 -- words of a shop or service around it
local PRIVATE_OWN    = 0.15 -- "my number", "call me"
local PRIVATE_OTHER  = 5    -- "her number", "his house": somebody else's
local PRIVATE_TARGET = 4    -- somebody is named: a mention, or the post answers somebody
local PRIVATE_INTENT = 12   -- words that send people after somebody (a lexicon of privacy.doxxing)

-- How much the second, third, … finding of the same source adds: 1, 1/2, 1/4, …
local SAME_SOURCE = 0.5

-- Accounts acting as one: further posts are further proof of the same group, which is weighed once, by the surest.
local SAME_GROUP = 0

-- ---- Arithmetic ----

-- Multiplies the odds of p by a ratio; never quite 0 or 1.
local function weigh(p, ratio)
    p = math.min(math.max(p, 0), 0.999)
    local odds = p / (1 - p) * ratio
    return odds / (1 + odds)
end

-- The ratio of a sign that holds with probability p.
local function sign(ratio, p)
    return 1 + (ratio - 1) * p
end

-- Probability that at least one of two independent things holds.
local function either(p, q)
    return 1 - (1 - p) * (1 - q)
end

local function is_match(f)
    return f.kind == "match.media" or f.kind == "match.file" or f.kind == "match.sound" or f.kind == "match.tune"
end

-- ---- Step 2: what speaks for and against ----

-- First and last second of a finding in its media file; a picture or a whole file has all of it.
local function span(f)
    local from, to = math.huge, -math.huge
    for _, place in ipairs(f.places) do
        from = math.min(from, place.from or -math.huge)
        to = math.max(to, place.to or math.huge)
    end
    return from, to
end

-- The media file a finding stands in; 0 for the post as a whole (a platform's sound).
local function media_of(f)
    local place = f.places[1]
    return place and place.media or 0
end

-- The part of the picture, in thousandths, that holds all places of a finding; the whole where nothing is said.
local function area(f)
    local left, top, right, bottom = 1000, 1000, 0, 0
    for _, place in ipairs(f.places) do
        if not place.right or place.right <= place.left then return 0, 0, 1000, 1000 end
        left, top = math.min(left, place.left), math.min(top, place.top)
        right, bottom = math.max(right, place.right), math.max(bottom, place.bottom)
    end
    if right <= left then return 0, 0, 1000, 1000 end
    return left, top, right, bottom
end

-- Edges that are found, not given, are not exact to the pixel.
local EDGE = 30

-- Where a match stands, looked up once.
local function where(f)
    local from, to = span(f)
    local left, top, right, bottom = area(f)
    return { kind = f.kind, media = media_of(f), from = from, to = to, left = left, top = top, right = right,
             bottom = bottom, p = f.probability }
end

-- Whether a known innocent accounts for a match: same file, same moment, and nothing of the match outside it.
local function explains(innocent, match)
    if innocent.media ~= match.media then return false end
    if innocent.kind == "match.file" then return true end
    if innocent.kind ~= match.kind or innocent.from > match.to or match.from > innocent.to then return false end
    if match.kind == "match.sound" or match.kind == "match.tune" then return true end
    return innocent.left <= match.left + EDGE and innocent.top <= match.top + EDGE
        and innocent.right >= match.right - EDGE and innocent.bottom >= match.bottom - EDGE
end

-- What the post says about itself: the ratios of its context, the known innocents in it, how surely its words send
-- people after somebody, whether somebody is aimed at.
local function survey(post, findings)
    local s = { words = 1, harassment = 1, match = 1, innocents = {}, intent = 0, target = false }
    s.target = #post.mentions > 0 or post.is_answer
    for _, f in ipairs(findings) do
        if f.negative and is_match(f) then
            if #s.innocents < 8 then
                table.insert(s.innocents, where(f))
            end
        elseif f.kind == "term" and not f.category and WORDS_IN_CONTEXT[f.context] then
            -- A word that belongs to no harm and marks the context: an opponent's name, a reporting verb.
            s.words = math.max(s.words * sign(WORDS_IN_CONTEXT[f.context], f.probability), CONTEXT_MOST)
            s.match = math.min(s.match, sign(MATCH_IN_CONTEXT[f.context] or 1, f.probability))
        elseif f.kind == "term" and not f.category and HARASSMENT_IN_CONTEXT[f.context] then
            s.harassment = math.max(s.harassment * sign(HARASSMENT_IN_CONTEXT[f.context], f.probability), CONTEXT_MOST)
        elseif f.kind == "term" and f.category == "privacy.doxxing" then
            s.intent = math.max(s.intent, f.probability)
        end
    end
    return s
end

local function weigh_match(f, s)
    local p = weigh(f.probability, MATCH_IN_CONTEXT[f.context] or s.match)
    if #s.innocents == 0 then return p end
    local ratio, match = 1, where(f)
    for _, innocent in ipairs(s.innocents) do
        if explains(innocent, match) then
            -- The same bytes are the same file: nothing to doubt there.
            local known = innocent.kind == "match.file" and KNOWN_FILE or sign(KNOWN_INNOCENT, innocent.p)
            ratio = math.min(ratio, known)
        end
    end
    return weigh(p, ratio)
end

local function weigh_term(f, s)
    local ratio = s.words * (WORDS_IN_CONTEXT[f.context] or 1)
    local harassment = f.category:sub(1, 11) == "harassment."
    local unopposed = ratio >= 1 and s.harassment >= 1
    if unopposed and f.kind == "classifier" and f.category == "harassment.abuse" then ratio = ratio * READ_ABUSE end
    if harassment then ratio = ratio * s.harassment end
    if s.target and harassment then ratio = ratio * WORDS_TARGET end
    return weigh(f.probability, ratio)
end

local function weigh_private(f, s)
    if f.context == "advert" then return weigh(f.probability, PRIVATE_ADVERT) end
    if f.context == "own" then return weigh(f.probability, PRIVATE_OWN) end
    local p = f.probability
    -- That it is somebody else's and that somebody is aimed at are two signs of one thing: the stronger counts.
    if f.context == "other" then
        p = weigh(p, PRIVATE_OTHER)
    elseif s.target then
        p = weigh(p, PRIVATE_TARGET)
    end
    p = weigh(p, sign(PRIVATE_INTENT, s.intent))
    return weigh(p, s.words)
end

-- What a finding is worth here, and the source it comes from.
local function weigh_finding(f, s)
    if is_match(f) then
        -- A file and its frames found in one bank are one piece of evidence.
        return weigh_match(f, s), "match " .. f.bank .. " " .. media_of(f)
    elseif f.kind == "private" then
        return weigh_private(f, s), "private " .. f.label
    elseif f.kind == "term" or f.kind == "classifier" then
        local place = f.places[1]
        return weigh_term(f, s), f.kind .. " " .. (place and place.field or "")
    end
    return f.probability, f.kind .. " " .. f.detector
end

-- ---- Step 3: join the findings of each category ----

-- Strongest first; among equals the earlier one.
local function stronger(a, b)
    if a.p ~= b.p then return a.p > b.p end
    return a.number < b.number
end

local function collect(post, findings)
    local s = survey(post, findings)
    local by_category = {}
    for number, f in ipairs(findings) do
        if f.category and not f.negative and policy.categories[f.category] then
            local p, source = weigh_finding(f, s)
            local list = by_category[f.category]
            if not list then
                list = {}
                by_category[f.category] = list
            end
            table.insert(list, { number = number, p = p, source = source, finding = f })
        end
    end
    return by_category, s
end

local function join(list)
    table.sort(list, stronger)
    local p, worth, sources = 0, {}, 0
    for _, e in ipairs(list) do
        local w = worth[e.source]
        if not w then
            w = 1
            sources = sources + 1
        end
        p = either(p, e.p * w)
        worth[e.source] = w * (e.finding.kind == "network.together" and SAME_GROUP or SAME_SOURCE)
    end
    return p, sources
end

-- ---- Steps 4 and 5 ----

-- The key of the sentence (policy/texts) that tells a reviewer why.
local function reason_for(category, list, sources, s)
    local first = list[1].finding
    if category == "privacy.doxxing" then
        local data, other = false, false
        for _, e in ipairs(list) do
            data = data or e.finding.kind == "private"
            other = other or e.finding.context == "other"
        end
        if data and s.intent > 0 then return "reason.doxxing_intent" end
        if data and (s.target or other) then return "reason.doxxing_target" end
        if data then return "reason.doxxing_data" end
    end
    if sources > 1 then return "reason.several" end
    if first.kind == "match.media" then return "reason.match_media" end
    if first.kind == "match.file" then return "reason.match_file" end
    if first.kind == "match.sound" then return "reason.match_sound" end
    if first.kind == "match.tune" then return "reason.match_tune" end
    if first.kind == "term" then return "reason.terms" end
    if first.kind == "network.together" then return "reason.together" end
    if first.kind == "network.return" then return "reason.return" end
    if first.kind == "network.pileon" then return "reason.pileon" end
    return "reason.finding"
end

local function numbers_of(list)
    local numbers = {}
    for _, e in ipairs(list) do
        table.insert(numbers, e.number)
    end
    return numbers
end

-- post, findings, context: see docs/policy.md. Returns nil when there is nothing for a person to decide.
function assess(post, findings, context)
    local by_category, s = collect(post, findings)
    local best, best_rank, shortest, hard
    for category, list in pairs(by_category) do
        local rule = policy.categories[category]
        local p, sources = join(list)
        if p >= rule.threshold - 1e-9 then -- 0.6 is reached by what arithmetic left of 0.6
            local rank = rule.severity * p + (rule.hard and 1000 or 0)
            if not best or rank > best_rank then
                best_rank = rank
                best = { category = category, probability = p, because = numbers_of(list),
                         reason = reason_for(category, list, sources, s) }
            end
            -- The post is looked at once: in time for the most urgent of its harms.
            if not shortest or seconds(rule.clock) < seconds(shortest) then shortest = rule.clock end
            hard = hard or rule.hard
        end
    end
    if not best then return nil end
    best.clock = shortest
    best.hard = hard
    best.priority = policy.categories[best.category].severity * best.probability * (1 + context.expected_views)
    return best
end
