"use strict";
// The reference page: made from the OpenAPI document that this server gives. Everything that is shown goes through text nodes.

const methods = ["get", "head", "post", "put", "patch", "delete"];
const longest = 200000;
let api;

function element(name, properties, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties || {})) {
    if (key === "class") made.className = value;
    else if (key in made) made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function resolve(schema) {
  let seen = 0;
  while (schema && schema.$ref && seen++ < 10) {
    schema = schema.$ref.replace(/^#\//, "").split("/").reduce((value, name) => value && value[name], api);
  }
  return schema || {};
}

function typeText(schema) {
  if (schema && schema.$ref) return schema.$ref.split("/").pop();
  const options = schema && (schema.anyOf || schema.oneOf);
  if (options) return options.map(typeText).join(" or ");
  if (!schema || schema.type === undefined) return "any";
  const type = [].concat(schema.type).join(" or ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(", ");
  if (type === "array") return "array of " + typeText(schema.items);
  const bounds = [
    schema.minimum !== undefined ? "from " + schema.minimum : "",
    schema.maximum !== undefined ? "to " + schema.maximum : "",
    schema.pattern ? schema.pattern : "",
    schema.default !== undefined ? "default " + JSON.stringify(schema.default) : "",
  ].filter(Boolean);
  return type + (bounds.length ? " (" + bounds.join(" ") + ")" : "");
}

function example(schema, depth) {
  const found = resolve(schema);
  if (found.examples && found.examples.length) return found.examples[0];
  if (found.default !== undefined) return found.default;
  if (found.enum) return found.enum[0];
  if (found.anyOf || found.oneOf) return example((found.anyOf || found.oneOf)[0], depth + 1);
  const type = [].concat(found.type)[0];
  if (type === "object" && depth < 4) {
    const value = {};
    for (const [name, member] of Object.entries(found.properties || {})) {
      if ((found.required || []).includes(name)) value[name] = example(member, depth + 1);
    }
    return value;
  }
  return { array: [], object: {}, integer: 1, number: 1, boolean: false, string: "" }[type] ?? null;
}

function schemaView(schema) {
  const shape = resolve(schema);
  const box = element("div");
  if (shape.description) box.append(element("p", { class: "dim" }, shape.description));
  const members = Object.entries(shape.properties || {});
  if (members.length) {
    const table = element("table");
    for (const [name, member] of members) {
      const isRequired = (shape.required || []).includes(name);
      table.append(
        element("tr", {}, element("td", {}, element("code", {}, name), isRequired ? " *" : ""),
          element("td", { class: "dim" }, typeText(member)), element("td", {}, resolve(member).description || member.description || "")));
    }
    box.append(table);
  }
  return box;
}

function parameterTable(operation, inputs) {
  const table = element("table");
  for (const parameter of operation.parameters || []) {
    const schema = resolve(parameter.schema);
    let input;
    if (schema.enum || schema.type === "boolean") {
      const values = schema.enum || ["true", "false"];
      input = element("select", {}, element("option", { value: "" }, ""), ...values.map((value) => element("option", { value }, String(value))));
    } else {
      const hint = (schema.examples || [])[0];
      input = element("input", { type: "text", spellcheck: false, autocomplete: "off", placeholder: hint === undefined ? "" : String(hint) });
    }
    input.setAttribute("aria-label", parameter.name);
    inputs.push({ parameter, input });
    table.append(
      element("tr", {}, element("td", {}, element("code", {}, parameter.name), parameter.required ? " *" : "",
        element("div", { class: "dim" }, parameter.in)),
        element("td", {}, input), element("td", {}, parameter.description || "", element("div", { class: "dim" }, typeText(parameter.schema)))));
  }
  return table;
}

function bodyEditor(operation) {
  const content = operation.requestBody && operation.requestBody.content;
  if (!content) return null;
  const types = Object.keys(content);
  const type = element("select", { "aria-label": "Content type" }, ...types.map((value) => element("option", { value }, value)));
  const text = element("textarea", { spellcheck: false, "aria-label": "Body" });
  const file = element("input", { type: "file", "aria-label": "File" });
  const shape = element("div");
  const choose = () => {
    const schema = content[type.value].schema;
    const isFile = resolve(schema).format === "binary";
    const isForm = type.value === "multipart/form-data";
    text.hidden = isFile;
    file.hidden = !isFile && !isForm;
    file.multiple = isForm;
    text.placeholder = isForm ? "the part submit; the files are the other parts" : "";
    text.value = type.value.includes("json") ? JSON.stringify(example(schema, 0), null, 2) : "";
    shape.replaceChildren(schemaView(schema));
  };
  type.addEventListener("change", choose);
  choose();
  const view = element("div", {}, element("h3", {}, "Body ", type), element("p", {}, operation.requestBody.description || ""), shape, text, file);
  return {
    view,
    get type() { return type.value.includes("*") ? "application/octet-stream" : type.value; },
    get isForm() { return type.value === "multipart/form-data"; },
    get files() { return [...(file.files || [])]; },
    get value() {
      if (!this.isForm) return text.hidden ? file.files[0] : text.value;
      const form = new FormData();
      if (text.value) form.append("submit", text.value);
      for (const part of this.files) form.append(part.name, part, part.name);
      return form;
    },
    get text() { return text.hidden ? null : text.value; },
    isRequired: operation.requestBody.required,
  };
}

function quoted(text) {
  return "'" + text.replaceAll("'", "'\\''") + "'";
}

function requestOf(path, method, inputs, body) {
  const query = new URLSearchParams();
  const headers = {};
  for (const { parameter, input } of inputs) {
    if (parameter.in === "path") {
      const value = parameter.name === "path" ? input.value.split("/").map(encodeURIComponent).join("/") : encodeURIComponent(input.value);
      path = path.replace("{" + parameter.name + "}", value);
    } else if (input.value !== "") {
      if (parameter.in === "query") query.set(parameter.name, input.value);
      else headers[parameter.name] = input.value;
    }
  }
  const search = query.toString();
  const request = { url: path + (search ? "?" + search : ""), method: method.toUpperCase(), headers };
  if (body && (body.isRequired || body.value)) {
    request.body = body.value;
    // That of a form says where its parts end, which the browser knows.
    if (!body.isForm) headers["Content-Type"] = body.type;
  }
  return request;
}

function curl(request, body, needsToken) {
  const parts = ["curl", "-X", request.method];
  if (needsToken) parts.push("-H", '"Authorization: Bearer $TOKEN"');
  for (const [name, value] of Object.entries(request.headers)) parts.push("-H", quoted(name + ": " + value));
  if (request.body !== undefined && body.isForm) {
    if (body.text) parts.push("-F", quoted("submit=" + body.text));
    for (const part of body.files) parts.push("-F", quoted(part.name + "=@" + part.name));
  } else if (request.body !== undefined) parts.push("--data-binary", body.text === null ? "@FILE" : quoted(body.text));
  parts.push(quoted(location.origin + request.url));
  return parts.join(" ");
}

function save(blob, name) {
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

async function show(response, result) {
  const type = response.headers.get("Content-Type") || "";
  const lines = [...response.headers].map(([name, value]) => name + ": " + value).join("\n");
  result.replaceChildren(
    element("p", { class: response.ok ? "" : "failed" }, element("b", {}, response.status + " " + response.statusText)), element("pre", {}, lines));
  const disposition = response.headers.get("Content-Disposition") || "";
  if (disposition.startsWith("attachment")) {
    const name = (/filename="([^"]*)"/.exec(disposition) || [])[1] || "download";
    const blob = await response.blob();
    result.append(element("p", {}, element("button", { onclick: () => save(blob, name) }, "Save " + name + " (" + blob.size + " bytes)")));
    return;
  }
  const view = element("pre", {});
  result.append(view);
  const reader = response.body && response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (reader && text.length < longest) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
    view.textContent = text;
  }
  if (reader && text.length >= longest) {
    reader.cancel();
    text = text.slice(0, longest) + "\n… cut here";
    view.textContent = text;
  } else if (type.includes("json") && !type.includes("ndjson")) {
    try { view.textContent = JSON.stringify(JSON.parse(text), null, 2); } catch { /* shown as it came */ }
  }
}

function tryIt(path, method, operation, inputs, body) {
  const needsToken = (operation.security || []).some((choice) => "bearer" in choice);
  const result = element("div");
  const button = element("button", {}, "Try it");
  const stop = element("button", { hidden: true }, "Stop");
  button.addEventListener("click", async () => {
    const request = requestOf(path, method, inputs, body);
    const control = new AbortController();
    const token = document.getElementById("token").value.trim();
    const headers = { ...request.headers };
    if (needsToken && token) headers.Authorization = "Bearer " + token;
    stop.hidden = false;
    stop.onclick = () => control.abort();
    result.replaceChildren(element("p", { class: "dim" }, "…"));
    const command = element("pre", {}, curl(request, body, needsToken));
    const answer = element("div");
    result.replaceChildren(command, answer);
    try {
      const response = await fetch(request.url, {
        method: request.method, headers, body: request.body, signal: control.signal, credentials: "omit", cache: "no-store", redirect: "error",
      });
      await show(response, answer);
    } catch (error) {
      answer.append(element("p", { class: "failed" }, String(error)));
    }
    stop.hidden = true;
  });
  return element("div", {}, element("p", {}, button, " ", stop), result);
}

function operationView(path, method, operation) {
  const view = element("details", { class: "operation", id: operation.operationId },
    element("summary", {}, element("span", { class: "method " + method }, method.toUpperCase()), element("span", { class: "path" }, path),
      " ", element("span", { class: "dim" }, operation.summary || "")));
  // Made when it is opened for the first time.
  view.addEventListener("toggle", () => {
    if (!view.open || view.children.length > 1) return;
    const inputs = [];
    const box = element("div");
    for (const paragraph of (operation.description || "").split("\n\n").filter(Boolean)) box.append(element("p", {}, paragraph));
    if ((operation.parameters || []).length) box.append(element("h3", {}, "Parameters"), parameterTable(operation, inputs));
    const body = bodyEditor(operation);
    if (body) box.append(body.view);
    box.append(element("h3", {}, "Answers"));
    const table = element("table");
    for (const [status, answer] of Object.entries(operation.responses || {})) {
      const types = Object.entries(answer.content || {}).map(([type, content]) =>
        element("div", { class: "dim" }, type + (content.schema ? ": " + typeText(content.schema) : "")));
      table.append(element("tr", {}, element("td", {}, element("code", {}, status)), element("td", {}, answer.description || "", ...types)));
    }
    box.append(table, tryIt(path, method, operation, inputs, body));
    view.append(box);
  });
  return view;
}

function build() {
  document.getElementById("title").textContent = api.info.title + " " + api.info.version;
  document.title = api.info.title + " reference";
  const contents = document.getElementById("contents");
  const reference = document.getElementById("reference");
  const all = [];
  contents.replaceChildren();
  reference.replaceChildren(element("p", {}, api.info.description || ""),
    element("p", {}, "The document behind this page: ", element("a", { href: "/openapi.json" }, "JSON"), ", ",
      element("a", { href: "/openapi.yaml" }, "YAML"), "."));
  for (const tag of api.tags || []) {
    const heading = element("h2", {}, tag.description || tag.name);
    const side = element("h2", {}, tag.name);
    reference.append(heading);
    contents.append(side);
    for (const [path, item] of Object.entries(api.paths)) {
      for (const method of methods) {
        const operation = item[method];
        if (!operation || !(operation.tags || []).includes(tag.name)) continue;
        const view = operationView(path, method, operation);
        const link = element("a", { href: "#" + operation.operationId },
          element("span", { class: "method " + method }, method.toUpperCase()), " " + path.replace(/^\/api\/v1/, ""));
        link.addEventListener("click", () => { view.open = true; });
        reference.append(view);
        contents.append(link);
        all.push({ view, link, text: (method + " " + path + " " + operation.operationId + " " + (operation.summary || "")).toLowerCase() });
      }
    }
  }
  document.getElementById("filter").addEventListener("input", (event) => {
    const wanted = event.target.value.toLowerCase();
    for (const { view, link, text } of all) view.hidden = link.hidden = !text.includes(wanted);
  });
  const chosen = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (chosen && chosen.tagName === "DETAILS") {
    chosen.open = true;
    chosen.scrollIntoView();
  }
}

fetch("/openapi.json").then((response) => response.json()).then((found) => {
  api = found;
  build();
}).catch((error) => {
  document.getElementById("reference").replaceChildren(element("p", { class: "failed" }, "The document cannot be read: " + error));
});
