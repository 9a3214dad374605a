policy = { name = [==[x]==], next_look = '1h30m', categories = { indecency = { severity = 5e1, clock = "1h" } } }
--[[ c ]] function assess() return string.format('%d', 1):lower():find('x', 1) end
