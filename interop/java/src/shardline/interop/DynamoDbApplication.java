package shardline.interop;

/**
 * Runs DynamoDB Local with the arguments given, for as long as the test lives. Its own program would outlive a test that was killed.
 */
public final class DynamoDbApplication {
  private DynamoDbApplication() {}

  public static void main(String[] arguments) throws Exception {
    Parent parent = Parent.takeOver();
    // Not among Maven's dependencies: it comes from an npm package.
    Class.forName("com.amazonaws.services.dynamodbv2.local.main.ServerRunner")
        .getMethod("main", String[].class)
        .invoke(null, (Object) arguments);
    parent.tell("ready");
    while (parent.hear() != null) {}
    Runtime.getRuntime().halt(0);
  }
}
