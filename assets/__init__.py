"""What is made, in the order it is made: deliveries, register, context, tables. Plain functions know no Dagster."""
