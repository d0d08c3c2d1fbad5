import { expect, it } from "vitest";
import { html, trusted } from "./html.ts";

it("escapes what is put in, but not HTML", () => {
  const name = `<script>"a" & 'b'</script>`;
  expect(html`<p title="${name}">${1}${undefined}${false}${["a", html`<b>x</b>`]}</p>`.html).toBe(
    '<p title="&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt;">1a<b>x</b></p>',
  );
  expect(html`${trusted("<i>")}`.html).toBe("<i>");
});
