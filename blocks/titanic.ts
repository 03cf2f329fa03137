/** What pipelines over the Titanic's passengers share. @module */

/** The columns of the file that data-science courses use, in its order. */
export const TITANIC_TYPES = {
  PassengerId: "int32 not null",
  Survived: "int8 not null",
  Pclass: "int8 not null",
  Name: "string not null",
  Sex: "string",
  Age: "float64",
  SibSp: "int8",
  Parch: "int8",
  Ticket: "string",
  Fare: "float64",
  Cabin: "string",
  Embarked: "string",
} as const;
