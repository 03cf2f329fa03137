select {{ n }}::int as n
