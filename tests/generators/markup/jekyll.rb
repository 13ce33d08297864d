# Parses posts as Jekyll does: reads {id, text} and writes {id, error}, one JSON object a line.
require "jekyll"
require "date"
require "json"
require "yaml"

Jekyll.logger.log_level = :error
Liquid::Template.error_mode = :warn

$stdin.each_line do |line|
  post = JSON.parse(line)
  text = post["text"]
  error = nil
  if text =~ Jekyll::Document::YAML_FRONT_MATTER_REGEXP
    front = Regexp.last_match(1)
    body = Regexp.last_match.post_match
    begin
      data = YAML.safe_load(front, :permitted_classes => [Date, Time], :aliases => true) || {}
      skipped = data["render_with_liquid"] == false || !Jekyll::Utils.has_liquid_construct?(body)
      Liquid::Template.parse(body, :line_numbers => true) unless skipped
    rescue Psych::Exception
      error = "front matter"
    rescue StandardError, SystemStackError, ::SyntaxError => e
      error = e.message.lines.first.to_s.strip
    end
  end
  puts JSON.generate({ "id" => post["id"], "error" => error })
end
