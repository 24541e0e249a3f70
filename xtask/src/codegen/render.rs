//! Renders the model as the OpenAPI document for progenitor.

use crate::document::pointer::schema_reference;
use crate::model::Scalar;
use crate::model::api::Api;
use crate::model::operations::{Content, Operation, Success};
use crate::model::types::{Shape, Struct, Type, TypeDef, TypeUse, Variant};
use indexmap::IndexMap;
use openapiv3::{
    AdditionalProperties, AnySchema, ArrayType, BooleanType, Components, Info, IntegerType, MediaType, NumberType, ObjectType,
    OpenAPI, Parameter, ParameterData, ParameterSchemaOrContent, PathItem, Paths, QueryStyle, ReferenceOr, RequestBody, Response,
    Responses, Schema, SchemaData, SchemaKind, StatusCode, StringType, Type as OpenApiType,
};

/// A type with its name. Without a definition, it is any JSON.
pub type Rendered<'a> = (&'a str, Option<&'a TypeDef>);

/// The extension that names the Rust type of a schema that typify does not know.
pub const CONVERSION: &str = "x-rust";

/// The property that stands for the alternative `index` of a union.
#[must_use]
pub fn alternative(index: usize) -> String {
    format!("v{index}")
}

/// The document with these types and operations.
pub fn document<'a>(api: &Api, types: &[Rendered<'_>], operations: impl IntoIterator<Item = &'a Operation>) -> OpenAPI {
    let schema = |(name, def): &Rendered<'_>| ((*name).to_owned(), ReferenceOr::Item(component(*def)));
    // The runtime knows the real path. Here, paths only have to be unique.
    let path = |operation: &Operation| {
        let item = PathItem { post: Some(self::operation(operation)), ..PathItem::default() };
        (format!("/{}", operation.method_name), ReferenceOr::Item(item))
    };
    OpenAPI {
        openapi: "3.0.3".to_owned(),
        info: Info { title: api.title.clone(), version: api.version.clone(), ..Info::default() },
        paths: Paths { paths: operations.into_iter().map(path).collect(), ..Paths::default() },
        components: Some(Components { schemas: types.iter().map(schema).collect(), ..Components::default() }),
        ..OpenAPI::default()
    }
}

fn component(def: Option<&TypeDef>) -> Schema {
    let Some(def) = def else { return any() };
    match &def.shape {
        Shape::Struct(item) => object(item),
        Shape::Union(item) => union(&item.variants),
        Shape::Alias(target) | Shape::Wrapper(target) => of_type(&target.ty, false),
        Shape::StringEnum(_) | Shape::Id => scalar(&Scalar::text(), false),
    }
}

fn object(item: &Struct) -> Schema {
    let properties = item.fields.iter().map(|(key, field)| (key.clone(), boxed(&field.value))).collect();
    let required = item.fields.iter().filter(|(_, field)| field.required).map(|(key, _)| key.clone()).collect();
    let rest = item.rest.as_ref().map(|rest| AdditionalProperties::Schema(Box::new(ReferenceOr::Item(value(rest)))));
    typed(OpenApiType::Object(ObjectType { properties, required, additional_properties: rest, ..ObjectType::default() }), false)
}

/// A union becomes an object with a property for each alternative, so that typify makes their types.
fn union(variants: &[Variant]) -> Schema {
    let properties: IndexMap<_, _> =
        variants.iter().enumerate().map(|(index, variant)| (alternative(index), boxed(&variant.value))).collect();
    let required = properties.keys().cloned().collect();
    typed(OpenApiType::Object(ObjectType { properties, required, ..ObjectType::default() }), false)
}

fn value(used: &TypeUse) -> Schema {
    of_type(&used.ty, used.nullable)
}

fn boxed(used: &TypeUse) -> ReferenceOr<Box<Schema>> {
    ReferenceOr::Item(Box::new(value(used)))
}

fn of_type(ty: &Type, nullable: bool) -> Schema {
    match ty {
        Type::Any => Schema { schema_data: data(nullable), ..any() },
        Type::Scalar(own) => scalar(own, nullable),
        Type::Custom(rust) => custom(rust, nullable),
        Type::Array(items) => {
            let list = ArrayType { items: Some(boxed(items)), min_items: None, max_items: None, unique_items: false };
            typed(OpenApiType::Array(list), nullable)
        }
        Type::Map(values) => {
            let rest = values.as_ref().map(|values| AdditionalProperties::Schema(Box::new(ReferenceOr::Item(value(values)))));
            typed(OpenApiType::Object(ObjectType { additional_properties: rest, ..ObjectType::default() }), nullable)
        }
        Type::Named(name) => {
            let all_of = vec![ReferenceOr::Reference { reference: schema_reference(name) }];
            Schema { schema_data: data(nullable), schema_kind: SchemaKind::AllOf { all_of } }
        }
    }
}

fn scalar(scalar: &Scalar, nullable: bool) -> Schema {
    let format = scalar.built_in().flatten().map(str::to_owned);
    let ty = match scalar.name {
        "boolean" => OpenApiType::Boolean(BooleanType::default()),
        "number" => OpenApiType::Number(NumberType { format: format.into(), ..NumberType::default() }),
        "integer" => OpenApiType::Integer(IntegerType { format: format.into(), ..IntegerType::default() }),
        _ => OpenApiType::String(StringType { format: format.into(), ..StringType::default() }),
    };
    let mut schema = typed(ty, nullable);
    if scalar.built_in().is_none() {
        schema.schema_data.extensions.insert(CONVERSION.to_owned(), scalar.rust_type().into());
    }
    schema
}

/// typify replaces schemas with a conversion by its type. Such a schema only has to differ from all others.
fn custom(rust: &str, nullable: bool) -> Schema {
    let mut schema = typed(OpenApiType::String(StringType::default()), nullable);
    schema.schema_data.extensions.insert(CONVERSION.to_owned(), rust.into());
    schema
}

fn any() -> Schema {
    Schema { schema_data: SchemaData::default(), schema_kind: SchemaKind::Any(AnySchema::default()) }
}

fn typed(ty: OpenApiType, nullable: bool) -> Schema {
    Schema { schema_data: data(nullable), schema_kind: SchemaKind::Type(ty) }
}

fn data(nullable: bool) -> SchemaData {
    SchemaData { nullable, ..SchemaData::default() }
}

fn operation(operation: &Operation) -> openapiv3::Operation {
    let body = operation.body.as_ref().and_then(|body| body.value.as_ref());
    let parameter = |parameter: &crate::model::operations::Parameter| ReferenceOr::Item(self::parameter(parameter));
    openapiv3::Operation {
        operation_id: Some(operation.method_name.clone()),
        parameters: operation.parameters.iter().map(parameter).collect(),
        request_body: body.map(|body| {
            ReferenceOr::Item(RequestBody { content: json(list(value(body))), required: true, ..RequestBody::default() })
        }),
        responses: responses(&operation.success),
        ..openapiv3::Operation::default()
    }
}

/// Wraps a schema in an array, for which progenitor makes no builder.
fn list(items: Schema) -> Schema {
    let items = Some(ReferenceOr::Item(Box::new(items)));
    typed(OpenApiType::Array(ArrayType { items, min_items: None, max_items: None, unique_items: false }), false)
}

fn parameter(parameter: &crate::model::operations::Parameter) -> Parameter {
    let schema = list(of_type(&parameter.value.ty, false));
    let parameter_data = ParameterData {
        name: parameter.rust.clone(),
        description: None,
        required: true,
        deprecated: None,
        format: ParameterSchemaOrContent::Schema(ReferenceOr::Item(schema)),
        example: None,
        examples: IndexMap::new(),
        explode: None,
        extensions: IndexMap::new(),
    };
    Parameter::Query { parameter_data, allow_reserved: false, style: QueryStyle::default(), allow_empty_value: None }
}

/// The response for progenitor, which only has to know JSON successes.
fn responses(success: &Success) -> Responses {
    let (code, content) = match success {
        Success::One(Content::Json(body)) => (200, json(value(body))),
        _ => (204, IndexMap::new()),
    };
    let response = ReferenceOr::Item(Response { content, ..Response::default() });
    Responses { responses: [(StatusCode::Code(code), response)].into_iter().collect(), ..Responses::default() }
}

fn json(schema: Schema) -> IndexMap<String, MediaType> {
    let media = MediaType { schema: Some(ReferenceOr::Item(schema)), ..MediaType::default() };
    [("application/json".to_owned(), media)].into_iter().collect()
}
