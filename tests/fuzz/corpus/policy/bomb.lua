policy={name='x',categories={hate={severity=1,clock='1m',threshold=0.5,hard=true}}}
function assess(p,f) local s='x' for i=1,30 do s=s..s end return nil end
