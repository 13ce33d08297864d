#!/usr/bin/env python3
"""Compares what `markup-broken` finds with what the real compiler refuses, post by post.

    python3 tests/generators/markup.py COPYDESK vitepress|mdx|docusaurus|jekyll|hexo [FOLDER ...]

Without a folder the posts are made here: each broken or strange thing in each kind of place. With folders they are every
`.md` and `.mdx` file below them. Prints the table and every difference; exit code 1 where copydesk finds an error in a
post that the compiler accepts. `--misses N` says how many misses to print.

NODE_MODULES names the folder in which npm installed vitepress, @mdx-js/mdx with remark-frontmatter and remark-gfm,
@docusaurus/mdx-loader, or hexo; for Jekyll `jekyll` must be on PATH. No part of `cargo test`.
"""

import argparse
import collections
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent / "markup"

# How to run each compiler, and what makes copydesk see its site.
TOOLS = {
    "vitepress": (["node", str(HERE / "vitepress.mjs")], {".vitepress/config.ts": "export default {}\n"}, "", ".md"),
    "mdx": (["node", str(HERE / "mdx.mjs")], {"astro.config.mjs": "export default {}\n"}, "src/content/", ".mdx"),
    "docusaurus": (["node", str(HERE / "docusaurus.mjs")],
                   {"docusaurus.config.js": "export default {}\n",
                    "package.json": '{"dependencies": {"@docusaurus/core": "3"}}'}, "docs/", ".md"),
    "jekyll": (["ruby", str(HERE / "jekyll.rb")], {"_config.yml": "title: a\n", "_sass/a.scss": ""}, "_posts/", ".md"),
    "hexo": (["node", str(HERE / "hexo.mjs")], {"_config.yml": "title: a\n", "scaffolds/post.md": "",
                                               "package.json": '{"dependencies": {"hexo": "8"}}'}, "source/_posts/", ".md"),
}

HTML = """
<div>|</div>|<p>|</p>|<b>|</b>|<br>|</br>|<br/>|<img>|<img src="a">|<hr>|<T>|<Card>|</Card>|<Card/>|<Card />|<my-card>|
</my-card>|<Card>a</Card>|<my-card>a</my-card>|<div>a</div>|<div>a|a</div>|<b>a</b>|<b>a|a</b>|<p>a</p>|<p>a|<ul><li>a</ul>|
<ul><li>a</li></ul>|<li>a|<td>|<table><tr><td>a</td></tr></table>|<table><tr><td>a</table>|<svg><path d="M0"></svg>|
<svg><path d="M0"/></svg>|<script>1 < 2</script>|<script>|<style>a{}</style>|<style>|<b><i>a</b></i>|<span title="a>b">c</span>|
<span title="a<b">c</span>|<a b"c>d</a>|<a b'c>d</a>|<a 1="2">c</a>|<a =b>c</a>|<a b=c"d>e</a>|<a b=>c</a>|<a b b>c</a>|
<a b="1" b="2">c</a>|<a b="1"c="2">d</a>|<a / b>c</a>|<a b/c>d</a>|< a>|a < b|a<b|1 <2|<3|<-|<>|</>|<a@b.test>|
<https://a.test>|<https://a.test|<?php a ?>|<?|<!DOCTYPE html>|<![CDATA[a]]>|<!-- a -->|<!-- a|<!-->|<!a>|<!|</|</ b>|<a.b>|
<a:b>c</a:b>|<a_b>|<List<String>>|Map<K, V>|std::vector<int> a|<中文>|<T extends U>|<T,U>|<b>*a</b>*|*<b>a*</b>|`<b>`|\\<b>|&lt;b>|
<a href=x>b</a>|<a href=x/y>b</a>|<input disabled>|<textarea><b></textarea>|<title>a<b></title>|<iframe src="a"></iframe>|
<iframe src="a">|<video controls><source src="a"></video>|<a href="a|<a href="a">b|<a\nhref="b">c</a>|<a\n\nb>|<b\n|
<details><summary>a</summary>b</details>|<details>|</details>|<center>|<font color=red>a</font>|<font color="red>a</font>|
<DIV>a</div>|<Div>a</div>|<BR>|<IMG src="a">|<P>|<a :b="c">d</a>|<a :b="c d">e</a>|<a @b="c">d</a>|<a @b>c</a>|<a @b="c d">e</a>|
<a @>b</a>|<a :>b</a>|<a #>b</a>|<a v-if>b</a>|<a v-if="b">c</a>|<a v-for="b">c</a>|<a v-for="b in c">d</a>|<a v-bind>b</a>|
<a v-html="b">c</a>|<a v-model>b</a>|<a v-else>b</a>|<a #b>c</a>|<template #a>b</template>|<template>a</template>|<slot>a</slot>|
<component :is="a"/>|<a v-pre>{{ b c }}</a>|<div v-pre>{{ b c }}</div>|<div v-pre>{{</div>|<div v-pre><b></div>|<a b="{{ c }}">d</a>|
<a :b="`c`">d</a>|<a b=`c`>d</a>|<a b='c'>d</a>|<body>|<html><body>a</body></html>|<head>|<link rel="a">|<meta a>|<o:p></o:p>|
<o:p>|<Foo.Bar>|<Foo.Bar/>|<foo_bar>a</foo_bar>|<a$>|<a1>|<h1>|<h1>a</h1>|<1>|<a>b</a >|<a>b</a c>|<a>b</a|<a>b<c|<p>a<p>b|
<p><div>a</div></p>|<span><div>a</div></span>|<option>a|<select><option>a</select>|<!-- a --> b -->|<!-- a -- b -->|<!--- a --->|
<u>a</U>|<em>a</em>|<tag/>|<tag />a|<tag attr/>|<a b=c/>|<a b="c"/>|<a {b}>c</a>|<a b={c}>d</a>|<a {...b}>c</a>|<${a}>|<%= a %>|
<%a%>|<#if a>|<@a>|<a@>|x<y>z|if (a<b && c>d)|a<<b|a<<b>>|<<a>>|->|<=|=>|<=>|<|>|<br|<br /|<img src=a.png/>|<img src="a" / >|<a/b>
"""
BRACES = """
{{ a }}|{{ a b }}|{{a}}|{{|}}|{{ a|{{ a }|{ a }}|{ a }|{a}|{{}}|{{ }}|{{ a.b }}|{{ a[0] }}|{{ a() }}|{{ 'b' }}|{{ "b" }}|{{ 'b }}|
{{ 1 + 2 }}|{{ 1 + }}|{{ a ? b : c }}|{{ a ? b }}|{{ {a: 1} }}|{{ {a} }}|{{{ a }}}|{{{{ a }}}}|{{ a | b }}|{{ 中文 }}|{{ 中文，是 }}|
{{ .Title }}|{{ .a.b }}|{{< a >}}|{{% a %}}|{{ range a }}|{{ if a }}b{{ end }}|{{- a -}}|{{#if a}}b{{/if}}|{{/* a */}}|{{ a; b }}|
{{ a = 1 }}|{{ a\nb }}|{{ a\n\nb }}|{{ a *b* c }}|{{ a }} {{|{{ a }} }}|`{{ a b }}`|`{{`|`}}`|`{{ a`|\\{\\{ a b \\}\\}|&#123;&#123; a b }}|
{&#123; a b }}|<b>{{ a b }}</b>|<b>{{</b>|$\\frac{{a}}{{b}}$|\\frac{{a}}{b}|x^{{2}}|x_{{n}|{.red}|{#id}|a {.red}|a {#b}|a {b c}|a {b b}|
{b b}|{b=1 b=2}|a {b="}|a {.b .b}|*a*{.b}|`a`{.b}|`a`{b b}|![a](b){c=1 c=1}|a {{b}|a {b}}|{% a %}|{%|{# a #}|{#|{{ 'a' | b: 1 }}|
{{ a && b }}|{{ a < b }}|{{ a > b }}|{{ a => b }}|{{ await a }}|{{ class }}|{{ if }}|{{ let a }}|{{ ... }}|{{ …… }}|{{ ${a} }}|{{ `a` }}|
{{ "a*b*c" }}|{{ a_b_c }}|{{ _a_ }}|{{ **a** }}|{{ [a](b) }}|{{ <b> }}|{{ <b>a</b> }}|{{ https://a.test }}|{{ :smile: }}|{{ a.test }}|
{{ "a" "b" }}|{{ \\a }}|{{ a\\_b }}|{{ a -- b }}|{{ this.a }}|{{ a?.b }}|{{ 1a }}|{{ a-b }}|{{ @a }}|{{ #a }}|{{ % }}|{{ 100% }}|{{ a, b }}
"""
LIQUID = """
{% a %}|{% if a %}b{% endif %}|{% if a %}b|b{% endif %}|{% if %}b{% endif %}|{% if a %}{% else %}b{% endif %}|{% else %}|
{% if a == %}b{% endif %}|{% if a = b %}c{% endif %}|{% if a == b and %}c{% endif %}|{% if a <> b %}c{% endif %}|{% if a && b %}c{% endif %}|
{% if a %}b{% elsif c %}d{% endif %}|{% if a %}b{% elsif %}d{% endif %}|{% if a %}b{% elseif c %}d{% endif %}|{% unless a %}b{% endunless %}|
{% unless a %}b{% endif %}|{% for a in b %}c{% endfor %}|{% for a in b %}c|{% for a %}c{% endfor %}|{% for a of b %}c{% endfor %}|
{% for a in %}c{% endfor %}|{% for a in b %}c{% else %}d{% endfor %}|{% for a in (1..3) %}c{% endfor %}|{% for i=0 %}a{% endfor %}|
{% case a %}{% when 1 %}b{% endcase %}|{% case %}{% endcase %}|{% case a %}{% when %}b{% endcase %}|{% case a %}b{% endcase %}|
{% assign a = b %}|{% assign a %}|{% assign a = %}|{% assign = b %}|{% assign a == b %}|{% capture a %}b{% endcapture %}|{% capture %}b{% endcapture %}|
{% capture a %}b|{% comment %}a{% endcomment %}|{% comment %}a|{% comment %}{% b %}{% endcomment %}|{% comment %}{% if a %}{% endcomment %}|
{% comment %}{{ a {% endcomment %}|{% comment %}{%{% endcomment %}|{% raw %}{{ a }{% endraw %}|{% raw %}{% a %}{% endraw %}|{% raw %}a|{% endraw %}|
{% raw a %}b{% endraw %}|{%raw%}{{{%endraw%}|{%- raw -%}{%{%- endraw -%}|{% raw %}{% raw %}{% endraw %}|{% raw %}a{% endraw %}{% endraw %}|
{% endif %}|{% endfor %}|{% end %}|{% %}|{%%}|{%|%}|{% a|{% a }|{% a }}|{%- a -%}|{%-a%}|{% increment a %}|{% decrement a %}|{% cycle 'a', 'b' %}|
{% cycle %}|{% break %}|{% continue %}|{% tablerow a in b %}c{% endtablerow %}|{% tablerow a %}c{% endtablerow %}|{% ifchanged %}a{% endifchanged %}|
{% highlight ruby %}a{% endhighlight %}|{% highlight %}a{% endhighlight %}|{% highlight ruby %}a|{% highlight ruby linenos %}a{% endhighlight %}|
{% highlight c++ %}a{% endhighlight %}|{% highlight "a" %}b{% endhighlight %}|{% highlight ruby %}{{ a }{% endhighlight %}|
{% highlight ruby %}{% a %}{% endhighlight %}|{% highlight ruby %}{% raw %}{% a %}{% endraw %}{% endhighlight %}|{% highlight js %}a{{b}}{% endhighlight %}|
{% post_url %}|{% link %}|{% include %}|{{ a }}|{{ a|{{ a }|{{|}}|{{}}|{{ }}|{{ a b }}|{{ a | b }}|{{ a | }}|{{ a || b }}|{{ a | b: c }}|
{{ a | upcase }}|{{ a | nosuch }}|{{ 'a }}|{{ "a" }}|{{ a.b[0].c }}|{{ a[ }}|{{ -a }}|{{ .a }}|{{ a, b }}|{{{ a }}}|{{{ a }}|{{ a }}}|{{ {a} }}|{{ a\nb }}|
{{ a\n\nb }}|{{ a {{ b }}|{{ {% a %} }}|{% if {{ a }} %}b{% endif %}|`{{ a }`|`{{`|`{%`|`{% a %}`|`{% if a %}`|```\\n{% a %}\\n```|```\\n{{ a\\n```|
```\\n{{ a }}\\n```|\\{% a %}|&#123;% a %}|{&#37; a %}|<!-- {% a %} -->|<!-- {{ a -->|{# a #}|{#|{{- a -}}|{%if a%}b{%endif%}|{% If a %}b{% EndIf %}|
{% if a %}{% for b in c %}{% endif %}{% endfor %}|{% if a %}{% if b %}c{% endif %}|{% 中文 %}|{% a-b %}|{% a.b %}|{% "a" %}|{% = a %}|{% set a = 1 %}|
{% block a %}b{% endblock %}|{% render "a" %}|{% echo a %}|{% liquid a %}|{% include_cached a %}|{% gist 1 %}|{% youtube a %}|{% asset_img a %}|
{% codeblock %}a{% endcodeblock %}|{% seo %}|{% feed_meta %}|{% avatar a %}|{% if a contains 'b' %}c{% endif %}|{% if (a) %}b{% endif %}|{% if 'a %}b{% endif %}|
{% case a %}{% when 1, 2 %}b{% else %}c{% endcase %}|{% when 1 %}|{% elsif a %}|{% endcomment %}|{% endhighlight %}|{%a%}|$\\frac{{a}}{b}$|x_{{n}|
{% if a %}b{% else if c %}d{% endif %}|{% if a %}b{% endif a %}|{% assign a = 'b' | upcase %}|{% assign a = b c %}|{% assign a.b = c %}|{%\nif a\n%}b{%\nendif\n%}|
\\newcommand{%a}|100{%|printf("{%d}")|{ % a % }|{{ a % b }}|{{ "a}}" }}|{% comment %}{% endraw %}{% endcomment %}|{% comment %}{% raw %}{% endcomment %}|
{% comment %}{% comment %}{% endcomment %}|{% if a %}{% raw %}{% endif %}{% endraw %}{% endif %}|{% capture 'a' %}b{% endcapture %}|{% capture a b %}c{% endcapture %}
"""
NUNJUCKS = """
{% a %}|{% if a %}b{% endif %}|{% if a %}b|b{% endif %}|{% if %}b{% endif %}|{% else %}|{% raw %}{{ a b }}{% endraw %}|{% raw %}{% a %}{% endraw %}|{% raw %}a|
{% endraw %}|{%raw%}{{{%endraw%}|{%- raw -%}{%{%- endraw -%}|{% raw a %}b{% endraw %}|{% verbatim %}{{ a b }}{% endverbatim %}|{% codeblock %}a{% endcodeblock %}|
{% codeblock %}a|{% codeblock js %}{{ a b }}{% endcodeblock %}|{% codeblock %}{% a %}{% endcodeblock %}|{% endcodeblock %}|{% code %}a{% endcode %}|
{% blockquote %}a{% endblockquote %}|{% quote a %}b{% endquote %}|{% pullquote %}a{% endpullquote %}|{% img a.png %}|{% asset_img a.png %}|{% asset_path a.png %}|
{% asset_link a.png %}|{% link a b %}|{% post_link a %}|{% post_path a %}|{% iframe a %}|{% url_for a %}|{% gist 1 %}|{% youtube a %}|{% vimeo 1 %}|{% jsfiddle a %}|
{% jsfiddle %}|{% include_code a.js %}|{% full_url_for a %}|{% blockquote a %}b|{% note %}a{% endnote %}|{% tabs a %}b{% endtabs %}|{% for a in b %}c{% endfor %}|
{% for a %}c{% endfor %}|{% for a in b %}c|{% set a = 1 %}|{% set a %}b{% endset %}|{% set %}|{% block a %}b{% endblock %}|{% macro a() %}b{% endmacro %}|
{% filter upper %}a{% endfilter %}|{% call a() %}b{% endcall %}|{% include "a" %}|{% import "a" as b %}|{% extends "a" %}|{% switch a %}{% case 1 %}b{% endswitch %}|
{% %}|{%%}|{%|%}|{% a|{% a }|{% 'a' %}|{% 'a %}|{{ a }}|{{ a|{{ a }|{{|}}|{{}}|{{ }}|{{ a b }}|{{ a | b }}|{{ a | upper }}|{{ a | }}|{{ 'a }}|{{ "a" }}|
{{ a.b[0].c }}|{{ a[ }}|{{ -a }}|{{ .a }}|{{ .Title }}|{{ a, b }}|{{{ a }}}|{{{ a }}|{{ a }}}|{{ {a} }}|{{ {a: 1} }}|{{ a\nb }}|{{ a\n\nb }}|{{ a {{ b }}|{{ {% a %} }}|
`{{ a }`|`{{`|`{%`|`{% a %}`|`{% if a %}`|`{{ a b }}`|`{# a`|`{#`|```\\n{% a %}\\n```|```\\n{{ a b\\n```|```\\n{{ a b }}\\n```|```\\n{#\\n```|```js\\n{% if a %}\\n```|
\\{% a %}|&#123;% a %}|{&#37; a %}|<!-- {% a %} -->|<!-- {{ a b }} -->|<!-- {{ -->|{# a #}|{#|{# a|{#a} b|x {#b}|#}|{#%|{{- a -}}|{%if a%}b{%endif%}|{% If a %}b{% EndIf %}|
{% if a %}{% for b in c %}{% endif %}{% endfor %}|{% 中文 %}|{% a-b %}|{% a.b %}|{% = a %}|$\\frac{{a}}{b}$|$\\frac{{a}}{{b}}$|x_{{n}|x^{{2}}|\\newcommand{%a}|100{%|
printf("{%d}")|{ % a % }|{{ a % b }}|{{ "a}}" }}|{{ 中文 }}|{{ 1 + 2 }}|{{ 1 + }}|{{ a ? b : c }}|{{ a if b else c }}|{{ a && b }}|{{ a and b }}|{{ a == b }}|{{ a = b }}|
{{ a; b }}|{{ 'a' + 'b' }}|{{ a() }}|{{ a( }}|{{ a) }}|{{ $a }}|{{ @a }}|{{ #a }}|{{< a >}}|{{% a %}}|{{ <b> }}|{{ a*b*c }}|{{ _a_ }}|{{ **a** }}|{{ https://a.test }}|
<code>{{ a b }}</code>|<pre>{{ a b }}</pre>|<b>{{ a b }}</b>|<a b="{{ c d }}">e</a>|    {{ a b }}|    {% a %}|<code>{% a %}</code>|{{ a }} {% b %}|{{ '{{' }}|{{ '}}' }}|
~~~\\n{{ a b }}\\n~~~|{% blockquote %}{{ a b }}{% endblockquote %}|{% blockquote %}{% a %}{% endblockquote %}|{% pullquote %}{{{% endpullquote %}|{{ [1, 2] }}|{{ [1 }}|{{ ... }}
"""
JSX = """
<div>|</div>|<div>a</div>|<b>a</b>|<b>a|a</b>|<br>|<br/>|<br />|</br>|<img src="a">|<img src="a"/>|<Card>|</Card>|<Card/>|<Card>a</Card>|<T>|<>a</>|<>|</>|
<b><i>a</b></i>|<a b="c">d</a>|<a b='c'>d</a>|<a b=c>d</a>|<a b={c}>d</a>|<a b={c d}>e</a>|<a b={}>c</a>|<a {...b}>c</a>|<a {b}>c</a>|<a {...b, ...c}>d</a>|
<a b="1" b="2">c</a>|<a b=>c</a>|<a b"c>d</a>|<a 1="2">c</a>|<a b="c>d</a>|<a / b>c</a>|<a b/c>d</a>|<a:b>c</a:b>|<a.b>c</a.b>|<a.b.c/>|<a:b:c/>|<a-b>c</a-b>|<a_b/>|
< a>b</a>|<a >b</a >|< /a>|</ a>|<a>b< /a>|a < b|a<b|1 <2|<3|a <3|<-|<=|a <= b|<|a <|a < |<<a>>|->|=>|<!-- a -->|<!-- a|<!DOCTYPE html>|<?a?>|<![CDATA[a]]>|<https://a.test>|
<a@b.test>|<中文>|<中文/>|<%= a %>|<$a/>|<$a|<a b|<a b\n c="d">e</a>|<a\n/>|<div>\na\n</div>|<div>\n\na\n\n</div>|<div>a\n</div>|<div>\na</div>|<div>\n\na</div>|
<div>\n*a*\n</div>|<div>*a</div>*|*<b>a*</b>|*<b>a</b>*|**<b>a**</b>|<b>*a*</b>|[<b>a](c)</b>|<div>\n- a\n</div>|<div>\n- a\n\n</div>|<div>\n# a\n</div>|`<b>`|\\<b>|&lt;b>|
{a}|{a b}|{|}|{{|}}|{}|{ }|{/* a */}|{/* a}|{/* a */ b}|{// a}|{// a\n}|{'a}|{"a"}|{`a`}|{`a}|{a.b}|{a()}|{a(}|{a)}|{a ? b : c}|{a ? b}|{{a: 1}}|{{a}}|{{ a b }}|{...a}|
{a, b}|{a; b}|{1 + 2}|{1 +}|{a\nb}|{a +\nb}|{a +\n\nb}|{\n\na\n\n}|{<b>a</b>}|{<b>a}|{() => <b/>}|{if}|{let a}|{async}|{await a}|{class}|{中文}|{中文，是}|{a}{b c}|
`{a b}`|`{`|\\{a b}|\\{|&#123;a b}|```\n{a b}\n```|```\n<b>\n```|~~~\n{\n~~~|    {a b}|    <b>|$\\frac{a}{b}$|$x_{n}$|$$\n\\frac{a b}{c d}\n$$|x^{2n}|x_{i+1}|\\textbf{a b}|
import a from 'b'|import a|import {a} from 'b'|import * as a from 'b'|import 'a'|import a from|import words from this|export const a = 1|export const a =|
export default a|export a|export {a}|export function b() {}|export function b() {|export const a = <b/>|export const a = {\n  b: 1\n}|export const a = {\n\n  b: 1\n}|
export const a = {\n\n  b: 1\n|import a from 'b'\nimport c from 'd'|import a from 'b'\n# c|import a from 'b'\ntext here|import a from 'b'\n\ntext|exports are good|important|
import|export|import a from 'b' and more|export const metadata = {a: 'b'};|{{% a %}}|{% a %}|{{< a >}}|{.a}|{#a}|# a {#b}|a {/* b */}|<a b={`c`}>d</a>|<a b={<c/>}>d</a>|
<a b={{c: 1}}>d</a>|<a b={{c: 1}>d</a>|<a style="b: c">d</a>|<a onClick={() => b()}>c</a>|<a onClick={() => {\n b()\n}}>c</a>|<details><summary>a</summary>b</details>|
<details>\n<summary>a</summary>\n\nb\n\n</details>|<details>\n\n|<p>a|<ul><li>a</ul>|<ul><li>a</li></ul>|<table><tr><td>a</td></tr></table>|<script>a</script>|
<script>{`a`}</script>|<script>if (a) { b c }</script>|<style>a{b: c}</style>|<style>{`a{}`}</style>|<video controls></video>|<iframe src="a"></iframe>|<input disabled>|
<List<String>>|Map<K, V>|std::vector<int> a|if (a<b && c>d)|a<<b|x<y>z|<a>{b}</a>|<a>{b c}</a>|<a>{</a>|<a>}</a>|<center>|<br></br>|<a></a><|<T extends U>|<T,U>|
> <div>\n> a\n> </div>|> <div>\n> a\n</div>|- <div>\n  a\n  </div>|- <div>\na\n</div>|> {a\n> + b}|> {a\nb}|<div>\n> a\n</div>|<div>\n```\na\n```\n</div>|<div>`</div>`|
[a]: <b>|[a](<b>)|[a](<b c>)|![a](<b>)|<a>b</A>|<a b="{c d}">e</a>|<a b="\nc">d</a>|<a b='c"d'>e</a>|<a /* b */ c="d">e</a>|<a // b\n>c</a>|<a b = "c">d</a>|<a b={c}{d}>e</a>
"""
DOCUSAURUS = """
## A {#b}|### A `c` {#b-c}|## {#b}|A {#b}|## A \\{#b}|## A {#b} {#c}|## A {#b c} d|## A {b}|####### A {#b}|A {#b}\n===|# A {#b}\n# B {#c}|> ## A {#b}|
<!-- a -->|<!-- a\nb -->|<!-- a\n\nb -->|<!-- <b> -->|<!-- {a b} -->|a <!-- b --> c|a <!-- <b> {c d} --> e|<!-- a|a <!-- b\n\nc -->|<!-->|<!--->|<!---->|<!--a--b-->|<!--truncate-->|
<!-- truncate -->|<!-- a --->|<!-- */ -->|<!-- /* -->|`<!--` <!-- a -->|<!-- a --> `-->`|a --> b|{a-->b}|<!-- a --><!-- b -->|<!-- a --> text|<!-- a --> <b>c</b>|<b><!-- c --></b>|
<div>\n<!-- a -->\n</div>|<div>\n\n<!-- a -->\n\n</div>|<Tabs>\n  <!-- a -->\n  <Tab>b</Tab>\n</Tabs>|```\n<!-- a\n```|- a\n  <!-- b -->\n- c|<!-- `a -->|
:::note\nA\n:::|:::note\n\nA\n\n:::|:::note B\n\nA\n\n:::|:::note[B]\n\nA\n\n:::|:::note[B]{.c #d e="f g"}\nA\n:::|:::note{title="B c"}\nA\n:::|:::note B <b>c</b>\nA\n:::|:::note B <b>\nA\n:::|
:::note B<T>\nA\n:::|:::note `B<T>`\nA\n:::|:::note {B c}\nA\n:::|:::note {B}\nA\n:::|:::note\n<div>\n\nA\n\n</div>\n:::|:::note\n<div>\nA\n</div>\n:::|:::note\n<div>\nA\n:::|:::note\nA <b>c\n:::|
::: note\nA\n:::|::: tip B\n\nA\n\n:::|:::foo\nA\n:::|:::foo B\nA\n:::|:::foo[B]\n<div>\n\nA\n\n</div>\n:::|::::note\n:::tip\nA\n:::\n::::|:::note\n- a\n- b\n:::|:::note\n```js\nA {b c}\n```\n:::|:::note|
- a\n\n  :::note\n\n  A\n\n  :::\n\n- b|> :::note\n> A\n> :::|> :::note B\n> <div>\n>\n> A\n>\n> </div>\n> :::|  :::note\n  A\n  :::|text\n:::note\n<div>\n\na\n\n</div>\n:::\ntext|:::note\n:::|:::|
:a{b c}|a:b{c d}|:a[b]{c d}|:a[<b>]|:a[b <c>d</c>]{.e}|::a[b]{c d}|::a{c=1 d}|::a b {c d}|:a {b c}|a: {b c}|:a{b|:a{b="}"}|12:30{a b}|http://a.b{c d}|:a{}|:a{.b}{c d}|a:{b c}|
```mdx-code-block\n<b>a</b>\n```|```mdx-code-block\n<b>\n```|```mdx-code-block\nimport a from 'b'\n```|```mdx-code-block\n<div>\n```\n\na\n\n```mdx-code-block\n</div>\n```|  ```mdx-code-block\n  <b>a</b>\n  ```|
````mdx-code-block\n```\n<a\n```\n````|```mdx-code-block\n{a b}\n```|{/* a */}|{/* #a */}|## A {/* #b */}|<https://a.b>|<a@b.c>|<details>\n<summary>a</summary>\n\nb\n\n</details>|<Tabs>\n<TabItem value="a">\n\nb\n\n</TabItem>\n</Tabs>|
:smile:|a:b:c|::a::|:::a:::|:|::|a::b|std::vector|std::vector{a b}|<br>|<br />|<img src="a">|<Head>\n  <meta a="b" />\n</Head>|[a](b.md)|![a](b.png)|import A from '@site/b';|export const a = ({b}) => <c>{b}</c>;
"""
PLACES = {
    "inline": "Some words {} and some more.\n",
    "alone": "{}\n",
    "between": "words\n\n{}\n\nmore words\n",
    "start": "{} and words\nmore *words*\n",
    "next line": "words\n{}\nwords\n",
    "end": "words {}\n",
    "item": "- one {} two\n- three\n",
    "item start": "- {}\n- three\n",
    "quote": "> one {} two\n\nthree\n",
    "heading": "## One {} two\n\nthree\n",
    "cell": "| a | b |\n|---|---|\n| one {} | two |\n",
    "strong": "one **two {} three** four\n",
    "link": "one [two {} three](https://a.test) four\n",
    "indented": "  {}\nmore\n",
    "in html": "<div>\n{}\n</div>\n",
    "in html, apart": "<div>\n\n{}\n\n</div>\n",
    "fence": "words\n\n```text\n{}\n```\n\nwords\n",
}
MADE = {"vitepress": HTML + "|" + BRACES, "mdx": JSX, "docusaurus": DOCUSAURUS + "|" + JSX, "jekyll": LIQUID, "hexo": NUNJUCKS}


def made(tool):
    things = [thing.strip("\n") for thing in MADE[tool].replace("|\n", "|").split("|")]
    for thing in dict.fromkeys(thing for thing in things if thing):
        real = thing.replace("\\n", "\n").replace("\\\\", "\\")
        for place, around in PLACES.items():
            if place == "cell" and "\n" in real:
                continue
            yield f"{place}: {thing}", "---\ntitle: a\n---\n\n" + around.replace("{}", real, 1)


def posts(folder):
    for path in sorted(Path(folder).rglob("*")):
        if path.suffix in (".md", ".mdx", ".markdown") and path.is_file():
            yield str(path), path.read_bytes().decode("utf-8", "replace")


def refused(tool, documents):
    """What the real compiler says of each document; None where it is content."""
    command = TOOLS[tool][0]
    lines = "".join(json.dumps({"id": str(at), "text": text}) + "\n" for at, (_, text) in enumerate(documents))
    run = subprocess.run(command, input=lines, capture_output=True, text=True)
    if run.returncode:
        sys.exit(run.stderr)
    answers = {answer["id"]: answer["error"] for answer in map(json.loads, run.stdout.splitlines())}
    return [answers[str(at)] for at in range(len(documents))]


def found(copydesk, tool, documents):
    """What copydesk finds in each document."""
    _, files, folder, ending = TOOLS[tool]
    with tempfile.TemporaryDirectory(prefix="copydesk-markup-") as root:
        for name, text in files.items():
            path = Path(root, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        name = lambda at: f"{folder}2024-01-01-{at}{ending}"
        Path(root, folder).mkdir(parents=True, exist_ok=True)
        for at, (_, text) in enumerate(documents):
            Path(root, name(at)).write_bytes(text.encode())
        command = [copydesk, "check", ".", "--select", "markup-broken", "--format", "json"]
        run = subprocess.run(command, cwd=root, capture_output=True, text=True)
        if run.returncode not in (0, 1):
            sys.exit(run.stderr)
        findings = collections.defaultdict(list)
        for finding in json.loads(run.stdout)["findings"]:
            findings[os.path.normpath(finding["path"])].append(finding["message"])
        return [findings[name(at)] for at in range(len(documents))]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("copydesk")
    options.add_argument("tool", choices=TOOLS)
    options.add_argument("folder", nargs="*")
    options.add_argument("--misses", type=int, default=40)
    given = options.parse_args()
    documents = [post for folder in given.folder for post in posts(folder)] if given.folder else list(made(given.tool))
    said = refused(given.tool, documents)
    ours = found(str(Path(given.copydesk).resolve()), given.tool, documents)
    counts, causes, missed = collections.Counter(), collections.Counter(), []
    for (name, _), error, findings in zip(documents, said, ours):
        if error and error.startswith("front matter"):
            counts["front matter"] += 1
        elif error and findings:
            counts["both refuse"] += 1
        elif findings:
            counts["wrong"] += 1
            print(f"WRONG  {name!r}: {findings[0]}")
        elif error:
            counts["missed"] += 1
            causes[" ".join(error.split()[:8])] += 1
            missed.append(f"MISSED {name!r}: {error}")
        else:
            counts["both accept"] += 1
    print("\n".join(missed[: given.misses]))
    for cause, count in causes.most_common(12):
        print(f"{count:>6} missed: {cause}")
    print(f"{given.tool}, {len(documents)} documents: " + ", ".join(f"{counts[key]} {key}" for key in
          ("both refuse", "both accept", "missed", "wrong", "front matter")))
    return 1 if counts["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
