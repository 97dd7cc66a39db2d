// The page at /api/docs/: Swagger UI with the settings that the page carries.

const settings = JSON.parse(document.getElementById("swagger-settings").textContent);

// Colours follow the device; Swagger UI has its dark ones under this class.
const isDark = matchMedia("(prefers-color-scheme: dark)");
const followDevice = () => document.documentElement.classList.toggle("dark-mode", isDark.matches);
isDark.addEventListener("change", followDevice);
followDevice();

const TOKEN = "Token";

const operationsOf = (description) =>
  Object.values(description.paths).flatMap((path) => Object.values(path));

// One field for a token: the API takes a person's, a member of staff's and a service's in the same header. The
// cookie of a signed-in member of staff goes along by itself.
function withOneToken(description) {
  for (const operation of operationsOf(description)) {
    const ways = operation.security ?? [];
    const asks = ways.filter((way) => !("StaffSession" in way));
    operation.security = asks.map((way) => (Object.keys(way).length ? { [TOKEN]: [] } : {}));
  }
  description.components.securitySchemes = {
    [TOKEN]: {
      type: "http",
      scheme: "bearer",
      description:
        "What `token` was when somebody signed in; a token of staff; or a service account's key.",
    },
  };
  return description;
}

// Swagger UI fills in examples, and a made-up token of a device is nothing to send.
function withoutMadeUpParameters(description) {
  for (const parameter of operationsOf(description).flatMap((one) => one.parameters ?? [])) {
    if (parameter.required) continue;
    delete parameter.example;
    delete parameter.examples;
    delete parameter.schema.example;
    delete parameter.schema.examples;
  }
  return description;
}

// Finds operations by their address and words, not groups by their names alone.
function findOperations(groups, phrase) {
  const wanted = phrase.toLowerCase();
  const isFound = (operation, group) =>
    [group, operation.get("path"), operation.get("method"), operation.getIn(["operation", "summary"])]
      .join(" ")
      .toLowerCase()
      .includes(wanted);
  return groups
    .map((found, group) => found.update("operations", (all) => all.filter((one) => isFound(one, group))))
    .filter((found) => found.get("operations").size);
}

// Swagger UI has words of its own for the field, and draws it when it likes.
function nameFilter() {
  const field = document.querySelector(".operation-filter-input");
  if (!field) return;
  field.placeholder = "Filter";
  field.setAttribute("aria-label", "Filter");
  drawing.disconnect();
}

const drawing = new MutationObserver(nameFilter);
drawing.observe(document.getElementById("swagger-ui"), { childList: true, subtree: true });

async function start() {
  const answer = await fetch(settings.url);
  const { url, ...others } = settings;
  const page = SwaggerUIBundle({
    ...others,
    spec: withoutMadeUpParameters(withOneToken(await answer.json())),
    dom_id: "#swagger-ui",
    presets: [SwaggerUIBundle.presets.apis],
    plugins: [() => ({ fn: { opsFilter: findOperations } })],
  });
  // What is found is shown: groups are closed at first.
  document.getElementById("swagger-ui").addEventListener("input", ({ target }) => {
    if (!target.matches(".operation-filter-input")) return;
    document.body.classList.toggle("is-filtered", target.value !== "");
    if (!target.value) return;
    const { layoutActions, specSelectors } = page.getSystem();
    for (const group of specSelectors.taggedOperations().keySeq()) {
      layoutActions.show(["operations-tag", group], true);
    }
  });
}

start();
