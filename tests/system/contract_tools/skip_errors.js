// Dredd sends each request once for each of its documented answers, and takes `default` for a 200. Errors have to be
// provoked; so each request is sent once, for its success, which the contract names first.
const hooks = require("hooks");

const sent = new Set();
hooks.beforeEach((transaction) => {
  const request = `${transaction.request.method} ${transaction.fullPath}`;
  transaction.skip = sent.has(request);
  sent.add(request);
});
