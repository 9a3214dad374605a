policy = { name = 'x', categories = { ['hate'] = { severity = 50, clock = '1h' } } }
function assess(post, findings, context) for k, v in pairs(findings) do return { category = 'hate', probability = v.probability, reason = 'reason.x', because = { k } } end end
