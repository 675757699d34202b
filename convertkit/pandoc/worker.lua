-- The far end of convertkit/pandoc/worker.py: answers requests on stdin until stdin ends.
--
-- A message, either way, is a count of parts and the parts, each after its length (big-endian, 4 and 8 bytes).
-- A request's first part is JSON that names the operation; an answer's first part is `ok` or `error`.

local MAGIC = 'ckp1' -- begins every answer: whatever else a child process writes to stdout is noticed at once
local requests, answers = io.stdin, io.stdout

-- Filters print. Their words become messages, never bytes between our frames.
local PRINTED_LINES = 1000
local printed = {}
io.output(io.stderr)
io.stdout = io.stderr
function print(...)
  local words = table.pack(...)
  for i = 1, words.n do words[i] = tostring(words[i]) end
  if #printed < PRINTED_LINES then printed[#printed + 1] = { type = 'Printed', pretty = table.concat(words, '\t') } end
end

local function receive()
  local head = requests:read(4)
  if not head then return nil end
  local parts = {}
  for i = 1, string.unpack('>I4', head) do
    local length = string.unpack('>I8', requests:read(8))
    parts[i] = length == 0 and '' or requests:read(length)
  end
  return parts
end

local function send(parts)
  answers:write(MAGIC, string.pack('>I4', #parts))
  for _, part in ipairs(parts) do answers:write(string.pack('>I8', #part), part) end
  answers:flush()
end

-- Writers that put the files a document names into their output. What they may take is in the media bag.
local EMBEDS = {
  chunkedhtml = true, docx = true, epub = true, epub2 = true, epub3 = true, fb2 = true, icml = true, ipynb = true,
  odt = true, opendocument = true, pptx = true, rtf = true,
}
-- Metadata whose values these writers open as files.
local FILE_FIELDS = { 'background-image', 'cover-image', 'css', 'epub-cover-image', 'stylesheet' }
local FILE_ATTRIBUTES = { 'background-image', 'data-background-image' }

local function without_file_attributes(element)
  local changed = false
  for _, name in ipairs(FILE_ATTRIBUTES) do
    if element.attributes[name] then
      element.attributes[name] = nil
      changed = true
    end
  end
  if changed then return element end
end

-- Raw HTML in an EPUB: pandoc embeds what its src and poster attributes name.
local function without_raw_media(raw)
  if raw.format:match('html') and raw.text:match('[<][^>]*[=]') then return {} end
end

-- The document with nothing left in it that would make a writer open a file or a connection.
local function vetted(document, own)
  for _, name in ipairs(FILE_FIELDS) do
    local value = document.meta[name]
    if value and not own[pandoc.utils.stringify(value)] then document.meta[name] = nil end
  end
  return document:walk {
    Image = function(image)
      if own[image.src] then return nil end
      return #image.caption > 0 and image.caption or { pandoc.Str(image.src) }
    end,
    Header = without_file_attributes,
    Div = without_file_attributes,
    RawInline = without_raw_media,
    RawBlock = without_raw_media,
  }
end

local templates = {}

local function default_template(format)
  local name = format:match('^[%w_]+')
  if templates[name] == nil then
    local found, template = pcall(function() return pandoc.template.compile(pandoc.template.default(name)) end)
    templates[name] = found and template or false
  end
  return templates[name] or nil
end

local operations = {}

function operations.hello()
  return { pandoc.json.encode { api_version = { table.unpack(PANDOC_API_VERSION) }, version = tostring(PANDOC_VERSION) } }
end

-- parts: request, document. Gives: JSON AST, JSON list of media, each medium's bytes.
function operations.read(request, parts)
  local document = pandoc.read(parts[2], request.format, { standalone = true }, {}) -- {}: a sandbox without files
  local answer, media = { pandoc.write(document, 'json'), '' }, {}
  for path, kind, content in pandoc.mediabag.items() do
    media[#media + 1] = { path, kind or '' }
    answer[#answer + 1] = content
  end
  answer[2] = #media > 0 and pandoc.json.encode(media) or '[]'
  return answer
end

-- parts: request, JSON AST, each resource's bytes. Gives: the output.
function operations.write(request, parts)
  local own = {}
  for i, resource in ipairs(request.resources) do
    pandoc.mediabag.insert(resource[1], resource[2], parts[i + 2])
    own[resource[1]] = true
  end
  local document = pandoc.read(parts[2], 'json', {}, {})
  if EMBEDS[request.format:match('^[%w_]+')] then document = vetted(document, own) end
  local options = request.options
  if options.standalone then
    options.template = default_template(request.format)
  end
  options.standalone = nil
  return { pandoc.write(document, request.format, options) }
end

-- The filters that a filter's source makes: what it returns, else the one of the functions it defines.
local function filters_of(source, name)
  local globals = setmetatable({ PANDOC_SCRIPT_FILE = name, FORMAT = '' }, { __index = _G })
  local chunk, problem = load(source, '=filter', 't', globals) -- a path would be cut after 60 characters
  if not chunk then error(problem, 0) end
  local result = chunk()
  if result ~= nil and type(result) ~= 'table' then error('a filter returns a table or nothing', 0) end
  if result then return #result > 0 and result or { result } end
  local filter = { traverse = rawget(globals, 'traverse') }
  for key, value in pairs(globals) do
    if type(value) == 'function' then filter[key] = value end
  end
  return { filter }
end

-- parts: request, JSON AST, filter source. Gives: JSON AST.
function operations.filter(request, parts)
  local document = pandoc.read(parts[2], 'json', {}, {})
  for _, filter in ipairs(filters_of(parts[3], request.name)) do document = document:walk(filter) end
  return { pandoc.write(document, 'json') }
end

local function answer(parts)
  local request = pandoc.json.decode(parts[1], false)
  local done, result
  local log = pandoc.log.silence(function() done, result = pcall(operations[request.operation], request, parts) end)
  pandoc.mediabag.empty()
  if not done then return { 'error', (tostring(result):gsub('\nstack traceback:.*', '')) } end
  local messages = {}
  for i = #log, 1, -1 do messages[#messages + 1] = log[i] end -- pandoc has the latest first
  table.move(printed, 1, #printed, #messages + 1, messages)
  printed = {}
  return { 'ok', #messages > 0 and pandoc.json.encode(messages) or '[]', table.unpack(result) }
end

for parts in receive do
  send(answer(parts))
end
