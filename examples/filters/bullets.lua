-- Paragraphs that begin with ■ become one bullet each.
function Para(para)
  local first = para.content[1]
  if first and first.t == "Str" and first.text:sub(1, 3) == "■" then
    first.text = first.text:sub(4)
    return pandoc.BulletList({ { pandoc.Plain(para.content) } })
  end
end
