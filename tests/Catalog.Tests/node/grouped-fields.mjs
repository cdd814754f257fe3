import { createElement as h } from "react";

// Shows the fields of a form in their groups. A group none of whose fields apply is not shown.
export function GroupedFields({ fieldPathId, properties, uiSchema }) {
  const fields = new Map(properties.map((property) => [property.name, property.content]));
  const groups = uiSchema["pao:groups"].filter((group) => group.fields.some((id) => fields.has(id)));
  return h("div", { id: fieldPathId.$id }, groups.map((group) =>
    h("fieldset", { key: group.id },
      h("legend", {}, group.name),
      group.description && h("p", {}, group.description),
      group.fields.map((id) => fields.get(id)))));
}
