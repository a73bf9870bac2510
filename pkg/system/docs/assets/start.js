// Shows the OpenAPI document that stands next to the page. Signed requests come from programs; here a bearer token does.
SwaggerUIBundle({ url: "openapi.json", dom_id: "#docs", deepLinking: true, validatorUrl: null, docExpansion: "none" });
